/** Who waits for an answer of one run. */
import { condition } from '@temporalio/workflow';

/** Of the ten updates in flight that the server takes: operators must always find a place. */
const MAX_CALLERS = 6;

export class Callers {
  /** The one who has waited longest first. */
  #waiting: object[] = [];

  /**
   * Waits for a caller until it is so, or for that many milliseconds. Of more callers than there are places the one who
   * has waited longest is answered with what stands, where that is asked for.
   *
   * @returns whether it is so; false when the caller had to make room, or the time was over
   */
  async waited(isSo: () => boolean, makesRoom: () => boolean, ms?: number): Promise<boolean> {
    const caller = {};
    this.#waiting.push(caller);
    const hasToGo = () => makesRoom() && this.#waiting.indexOf(caller) < this.#waiting.length - MAX_CALLERS;
    try {
      if (ms === undefined) await condition(() => isSo() || hasToGo());
      else await condition(() => isSo() || hasToGo(), ms);
      return isSo();
    } finally {
      this.#waiting = this.#waiting.filter((other) => other !== caller);
    }
  }
}
