/** How long an act may be on its way: from its decision until it leaves us, and until it can no longer run. */
import { SECOND, type Timing } from './rules.ts';
import type { Act } from './state.ts';

/** What an activity needs around its calls: to write the ledger, and to hand the answer back. */
export const ACT_MARGIN = 5 * SECOND;

/** When we give up on an act that a worker has taken: the ledger, a second look at the order, the call itself. */
export function actBound({ lookTimeout, actTimeout }: Timing): number {
  return lookTimeout + actTimeout + ACT_MARGIN;
}

/** No act that was decided at that instant leaves us later than this: the queue, the ledger, a second look. */
export function leavesBy({ freshness, lookTimeout }: Timing, decidedAt: number): number {
  return decidedAt + freshness + lookTimeout + ACT_MARGIN;
}

/** The latest instant at which an act can have left us: its answer, our giving up, or its bound where neither is known. */
export function leftBy(timing: Timing, { sentAt, answeredAt }: Act): number {
  return answeredAt ?? leavesBy(timing, sentAt);
}
