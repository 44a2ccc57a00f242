/** A rate that the receiver never sees exceeded, however long a call takes. */

export interface Pacer {
  /** Resolves when the next call may start. */
  turn(): Promise<void>;
  /** A call that had its turn was answered. */
  answered(): void;
}

/**
 * A call arrives somewhere between its start and its answer. So one may start when all but as many as the rate allows
 * were answered a second ago; and not all at the head of that second. Time that was lost is not made up for.
 */
export function pacer(ratePerSecond: number, sleep: (ms: number) => Promise<void>): Pacer {
  const allowed = Math.ceil(ratePerSecond);
  const apart = 1000 / ratePerSecond;
  const answers: number[] = [];
  let turns = 0;
  let next = 0;
  return {
    async turn() {
      const before = answers[turns - allowed];
      turns += 1;
      const from = Math.max(next, before === undefined ? 0 : before + allowed * apart, performance.now());
      next = from + apart;
      for (let left = from - performance.now(); left > 0; left = from - performance.now()) await sleep(left);
    },
    answered() {
      answers.push(performance.now());
    },
  };
}
