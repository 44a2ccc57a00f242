/**
 * How often somebody has come within the present second. Ours and not a plug-in's, because two of its users have no
 * request of the framework: a connection that sends no readable request, and a notification after its signature.
 */
import { Problem } from './problems.ts';

const WINDOW_MS = 1000;

export class Rates {
  readonly max: number;
  #since = 0;
  #counts = new Map<string, number>();

  /** @param max a second, for each who is counted */
  constructor(max: number) {
    this.max = max;
  }

  /** Counts once more. @returns whether that is too often; a second later it is not any more */
  exceeds(who: string): boolean {
    const now = performance.now();
    // All windows end together, so what is kept is bounded by the requests of one second, whatever addresses they name.
    if (now - this.#since >= WINDOW_MS) {
      this.#since = now;
      this.#counts = new Map();
    }
    const count = (this.#counts.get(who) ?? 0) + 1;
    this.#counts.set(who, count);
    return count > this.max;
  }
}

export function tooMany({ max }: Rates): Problem {
  return new Problem('too-many-requests', `At most ${max} requests a second. Wait, then send it again.`, {
    retryAfterSeconds: 1,
  });
}
