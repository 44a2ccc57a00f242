/** What is asked right before an act leaves us: whether its look is still fresh, and whether nobody has given it up. */
import { Context } from '@temporalio/activity';
import type { ActInput } from '../protocol/activities.ts';
import { stopwatch } from './deps.ts';
import type { ServerClock } from './server-clock.ts';

/** When a look was asked for and came back, in workflow time. */
export interface Dated {
  readonly askedAt: number;
  readonly seenAt: number;
}

export interface LastInstant {
  /** Workflow time, at least. */
  now(): number;
  isFresh(look: Dated): boolean;
  /** Whether the call could outlive our giving up on it, when so many milliseconds are needed before it. */
  isGivenUp(before?: number): boolean;
}

/** To be called first thing in an act: the activity's own time counts from here. */
export function lastInstant({ basis, sentAt, timeoutMs }: ActInput, clock: ServerClock): LastInstant {
  const { info, cancellationSignal } = Context.current();
  const ownTime = stopwatch();
  // Without an instant of the server from before, nobody knows how long this waited in the queue.
  const knowsQueue = clock.now() !== undefined;
  clock.heard(info.currentAttemptScheduledTimestampMs);
  const now = () => Math.max(sentAt, Math.floor(clock.now() ?? sentAt));
  return {
    now,
    isFresh(look) {
      if (basis === undefined || (!knowsQueue && look === basis)) return false;
      const { askedAt, seenAt } = look;
      return now() - askedAt <= basis.freshness && now() - seenAt <= basis.gap;
    },
    isGivenUp(before = 0) {
      const outlives = ownTime() + before + timeoutMs > info.startToCloseTimeoutMs;
      return cancellationSignal.aborted || outlives || (basis !== undefined && now() > basis.leavesBy);
    },
  };
}
