/** What messages ask for, in the order in which they came; the loop applies it, at its own time, before it decides. */
import type { Reversal } from '../reversal/state.ts';

export type Change = (reversal: Reversal, now: number) => Reversal;

/** A request that joined by signal, and is not checked yet. */
interface UncheckedJoin {
  readonly request: unknown;
}

export class Inbox {
  #asked: (Change | UncheckedJoin)[] = [];
  #asks = 0;
  #applied = 0;

  get isEmpty(): boolean {
    return this.#asked.length === 0;
  }

  /** A message asks for a change; whatever waits is woken. Returns the number to wait for with `applied`. */
  change(next: Change): number {
    this.#asked.push(next);
    this.#asks += 1;
    return this.#asks;
  }

  /** Goes before all others. */
  changeFirst(next: Change): void {
    this.#asked.unshift(next);
    this.#asks += 1;
  }

  joinLater(request: unknown): void {
    this.#asked.push({ request });
  }

  get hasJoins(): boolean {
    return this.#asked.some((asked) => typeof asked !== 'function');
  }

  /** Checks what joined without waiting for an answer, and leaves it in its place among the other messages. */
  async readJoins(check: (request: unknown) => Promise<Change>): Promise<void> {
    for (let at = 0; at < this.#asked.length; at += 1) {
      const asked = this.#asked[at];
      if (asked !== undefined && typeof asked !== 'function') this.#asked[at] = await check(asked.request);
    }
  }

  apply(to: (change: Change) => void): void {
    for (const next of this.#asked) if (typeof next === 'function') to(next);
    this.#asked = [];
    // The handlers go on after the loop has decided with it: it does so before it waits for anything.
    this.#applied = this.#asks;
  }

  /** Whether the loop has decided with that change. */
  applied(ask: number): boolean {
    return this.#applied >= ask;
  }
}
