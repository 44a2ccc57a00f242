/** Many stuck reversals sent on from one form, at a rate that the gateway can bear. */
import {
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type OperationsActivities,
  progressQuery,
  type ResubmitEach,
  type ResubmitStuckInput,
  type ResubmitStuckReport,
} from '../protocol/resubmit.ts';
import { queryOf, quoted, SEARCH_ATTRIBUTES } from '../protocol/visibility.ts';
import { STUCK_REASONS } from '../reversal/outcome.ts';
import { batchDetails } from './batch-details.ts';
import { requireInput } from './input.ts';
import { type Check, flag, OPERATOR_FIELDS, optional, rate, text } from './validate.ts';

/** What a run hands to the next one when its history has grown long. */
interface CarriedOver {
  readonly report: ResubmitStuckReport;
  readonly query: string;
  readonly after: string;
}

const DEFAULT_RATE = 5;
/** How long the ones that were resubmitted last are followed before the report. */
const FOLLOW_MS = 120_000;
const EXAMPLE = '{ "stuckReason": "no-funds", "operator": "your name", "reason": "topped up", "ratePerSecond": 5 }';

const stuckReason: Check = (value) =>
  Object.keys(STUCK_REASONS).some((reason) => reason === value)
    ? undefined
    : `must be one of ${Object.keys(STUCK_REASONS).join(', ')}`;
const FIELDS = {
  ...OPERATOR_FIELDS,
  query: optional(text),
  stuckReason: optional(stuckReason),
  provider: optional(text),
  account: optional(text),
  ratePerSecond: optional(rate),
  dryRun: optional(flag),
};

const { countStuck, stuckPage, countBatch } = proxyActivities<OperationsActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** A worker that died is noticed by the heartbeat that is missing; the next one goes on where it was. */
function resubmitEach(input: ResubmitEach) {
  const activities = proxyActivities<OperationsActivities>({
    startToCloseTimeout: 60_000 + (2 * 1000 * input.workflowIds.length) / input.ratePerSecond,
    heartbeatTimeout: 5000 + 2000 / input.ratePerSecond,
    retry: { initialInterval: '1 second', maximumInterval: '10 seconds' },
    summary: `resubmit ${input.workflowIds.length}`,
  });
  return activities.resubmitEach(input);
}

/** Those that are stuck now: one that is stuck again later must not come round a second time. */
function queryFor({ query, stuckReason: reason, provider, account }: ResubmitStuckInput, now: number): string {
  const filter = queryOf({
    status: 'stuck',
    ...(reason && { stuckReason: reason }),
    ...(provider && { provider }),
    ...(account && { account }),
  });
  const since = `${SEARCH_ATTRIBUTES.stuckSince.name} <= ${quoted(new Date(now).toISOString())}`;
  return `${filter} AND ExecutionStatus = 'Running' AND ${since}${query === undefined ? '' : ` AND (${query})`}`;
}

/**
 * Resubmits every stuck reversal that matches, by signal, and follows what becomes of them.
 *
 * @param input one JSON object; anything wrong with it ends the workflow at once, with every problem listed
 */
export async function resubmitStuckReversals(
  input: ResubmitStuckInput,
  carriedOver?: CarriedOver,
): Promise<ResubmitStuckReport> {
  requireInput(input, FIELDS, EXAMPLE);
  const { operator, reason, ratePerSecond = DEFAULT_RATE, dryRun } = input;
  const { workflowId, firstExecutionRunId } = workflowInfo();
  // Another batch may be started under the same id later: it is another one.
  const batch = `${workflowId} ${firstExecutionRunId.slice(0, 8)}`;
  const none = { resubmitted: 0, endedSince: 0, concluded: 0, stuckAgain: 0, underWay: 0 };
  let report: ResubmitStuckReport = carriedOver?.report ?? { matched: 0, byReason: {}, ...none };
  const tell = (doing: string, news: Partial<ResubmitStuckReport> = {}) => {
    report = { ...report, ...news };
    setCurrentDetails(batchDetails(report, doing, batch));
  };
  setHandler(progressQuery, () => report, { description: 'How far this batch is.' });

  const query = carriedOver?.query ?? queryFor(input, Date.now());
  if (carriedOver === undefined) tell('counting', await countStuck(query));
  if (dryRun === true) {
    tell('nothing was sent: this was a dry run');
    return report;
  }
  let after = carriedOver?.after;
  do {
    if (after !== undefined && workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof resubmitStuckReversals>(input, { report, query, after });
    }
    const page = await stuckPage({ query, ...(after !== undefined && { after }) });
    if (page.workflowIds.length > 0) {
      const sent = await resubmitEach({ workflowIds: page.workflowIds, operator, reason, batch, ratePerSecond });
      const resubmitted = report.resubmitted + sent.resubmitted;
      const counted = await countBatch(batch);
      tell('resubmitting', {
        resubmitted,
        endedSince: report.endedSince + sent.endedSince,
        ...counted,
        underWay: resubmitted - counted.concluded - counted.stuckAgain,
      });
    }
    after = page.next;
  } while (after !== undefined);

  const until = Date.now() + FOLLOW_MS;
  for (let pause = 1000; report.underWay > 0 && Date.now() < until; pause = Math.min(pause * 2, 15_000)) {
    await sleep(pause, { summary: 'what becomes of the last ones' });
    const counted = await countBatch(batch);
    tell('following the last ones', {
      ...counted,
      underWay: Math.max(0, report.resubmitted - counted.concluded - counted.stuckAgain),
    });
  }
  tell('done');
  return report;
}
