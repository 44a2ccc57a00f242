/**
 * The Temporal server's clock, as this process can tell it: from instants of the server that it heard of, and its own
 * monotonic clock. The worker's wall clock has no say, since it may be off; a frozen process is not younger for it.
 */

/** Two clocks drift apart: what was heard is forgotten after one to two of these. */
const REMEMBERED_MS = 10 * 60_000;

export interface ServerClock {
  /** The server's clock showed this before now. */
  heard(instant: number): void;
  /** What it shows at least: behind it by the shortest way of what was heard. Undefined before anything was heard. */
  now(): number | undefined;
}

export function createServerClock(monotonic: () => number = () => performance.now()): ServerClock {
  /** The smallest distance of the two clocks in this stretch of time and in the one before. */
  let [recent, before] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let since = monotonic();
  return {
    heard(instant) {
      const at = monotonic();
      if (at - since > REMEMBERED_MS) {
        [before, recent] = [recent, Number.POSITIVE_INFINITY];
        since = at;
      }
      recent = Math.min(recent, at - instant);
    },
    now() {
      const distance = Math.min(recent, before);
      return distance === Number.POSITIVE_INFINITY ? undefined : monotonic() - distance;
    },
  };
}
