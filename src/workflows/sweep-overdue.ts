/** The safety net: what the merchant's books list as overdue and unpaid, and nobody has started yet, is started. */
import { continueAsNew, proxyActivities, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import {
  NOTHING,
  plus,
  type SweepActivities,
  type SweepInput,
  sweepProgressQuery,
  type Tally,
} from '../protocol/sweep.ts';
import type { OrderKey } from '../reversal/request.ts';
import { requireInput } from './input.ts';
import { sweepDetails } from './sweep-details.ts';
import { optional, rate } from './validate.ts';

/** What a run hands to the next one when its history has grown long. */
interface CarriedOver {
  readonly tally: Tally;
  readonly after: OrderKey;
}

const FIELDS = { ratePerSecond: optional(rate) };
const EXAMPLE = '{ "ratePerSecond": 20 }';

/**
 * A worker that died is noticed by the heartbeat that is missing; the next one goes on where it was. A database that
 * does not answer is asked until it does: the next sweep waits for this one.
 */
const { sweepPage } = proxyActivities<SweepActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '5 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

/**
 * Starts a reversal for every order of the merchant's view that has none running and none ended: closed if nobody paid,
 * kept if somebody did. What is wrong with a row is reported, and the others go on.
 *
 * @param input may be left out; anything wrong with it ends the workflow at once, with every problem listed
 */
export async function sweepOverdueOrders(input?: SweepInput, carriedOver?: CarriedOver): Promise<Tally> {
  if (input !== undefined) requireInput(input, FIELDS, EXAMPLE);
  // Kept over runs that continue this one: what it started is told from what ran before.
  const sweep = workflowInfo().firstExecutionRunId;
  let tally = carriedOver?.tally ?? NOTHING;
  let after = carriedOver?.after;
  const tell = (doing: string) => setCurrentDetails(sweepDetails(tally, doing));
  setHandler(sweepProgressQuery, () => tally, { description: 'How far this sweep is.' });
  tell('under way');
  do {
    if (after !== undefined && workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof sweepOverdueOrders>(input, { tally, after });
    }
    const page = await sweepPage({ ...input, sweep, ...(after !== undefined && { after }) });
    tally = plus(tally, page.tally);
    after = page.next;
    tell(after === undefined ? 'done' : 'under way');
  } while (after !== undefined);
  return tally;
}
