/** A promise was broken. */
import type { World } from './world.ts';

export class Violation extends Error {
  readonly promise: string;
  constructor(promise: string, message: string) {
    super(`${promise}: ${message}`);
    this.name = 'Violation';
    this.promise = promise;
  }
}

/** After every change of the world: no more goes back than came in. */
export function checkMoney(w: World): void {
  if (w.returned > w.taken) throw new Violation('money', `${w.returned} of ${w.taken} went back`);
}
