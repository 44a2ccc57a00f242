/** Looks again at what has ended, and for cases that nobody works on: what no workflow can notice about itself. */
import {
  ActivityFailure,
  ApplicationFailure,
  continueAsNew,
  patched,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { ReversalActivities } from '../protocol/activities.ts';
import {
  type AuditActivities,
  type AuditInput,
  type AuditReport,
  auditProgressQuery,
  type EndedReversal,
} from '../protocol/audit.ts';
import { taskQueueOf } from '../protocol/start.ts';
import { auditedAction, contradicts } from '../reversal/audit.ts';
import { viewKeyOf } from '../reversal/keys.ts';
import { auditDetails } from './audit-details.ts';
import { requireInput } from './input.ts';
import { type Check, optional, rate } from './validate.ts';

interface CarriedOver {
  readonly report: AuditReport;
  readonly after: string;
}

const DEFAULT_HOURS = 24;
const DEFAULT_RATE = 5;
const HOUR_MS = 3_600_000;
const LOOK_TIMEOUT_MS = 5000;
/** A result has its limits; more than that is no list that people read. */
const MAX_FINDINGS = 500;
const EXAMPLE = '{ "sinceHours": 24, "ratePerSecond": 5 }';

const hours: Check = (value) => (typeof value === 'number' && value > 0 ? undefined : 'must be a number above 0');
const FIELDS = { sinceHours: optional(hours), ratePerSecond: optional(rate) };

const { orphans, endedSince } = proxyActivities<AuditActivities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** Reads the server's index, page by page. */
const { strays } = proxyActivities<AuditActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** By the gateway's own queue, so that its rate limit holds, and after everything that reverses a payment. */
function looksOf({ provider, account }: EndedReversal) {
  return proxyActivities<ReversalActivities>({
    taskQueue: taskQueueOf(provider),
    startToCloseTimeout: 2 * LOOK_TIMEOUT_MS,
    scheduleToCloseTimeout: '10 minutes',
    retry: { maximumAttempts: 3 },
    priority: { priorityKey: 5, fairnessKey: account },
    summary: 'look at an order that has ended',
  });
}

type Finding = { readonly shown: string } | { readonly notChecked: string } | undefined;

/** What the gateway shows against the recorded end; undefined when they agree. */
async function look(ended: EndedReversal): Promise<Finding> {
  const { provider, account, orderId, amount, currency, finalAction, provedBy, resolution } = ended;
  const action = auditedAction(finalAction, resolution);
  if (action === undefined) return { notChecked: 'settled elsewhere' };
  const asked = { order: { provider, account, orderId }, amount, currency, timeoutMs: LOOK_TIMEOUT_MS };
  try {
    const { lookAtOrder, lookAtRefund } = looksOf(ended);
    if (provedBy === 'refund') {
      const { kind } = (await lookAtRefund(asked)).view;
      if (kind === 'rejected' || kind === 'unknown') return { notChecked: kind };
      return kind === 'done' ? undefined : { shown: `refund ${kind}` };
    }
    const { view } = await lookAtOrder(asked);
    if (view.kind === 'unknown' || view.kind === 'rejected') return { notChecked: view.kind };
    return contradicts(action, viewKeyOf(view)) ? { shown: viewKeyOf(view) } : undefined;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return { notChecked: error.cause instanceof ApplicationFailure ? (error.cause.type ?? 'failed') : 'timeout' };
  }
}

/**
 * Reports every reversal that ended lately and that its gateway now contradicts, every case that is open in the ledger
 * without a workflow, and every workflow that failed or that nobody has begun. It changes nothing.
 *
 * @param input may be left out; anything wrong with it ends the workflow at once, with every problem listed
 */
export async function auditReversals(input?: AuditInput, carriedOver?: CarriedOver): Promise<AuditReport> {
  if (input !== undefined) requireInput(input, FIELDS, EXAMPLE);
  const { sinceHours = DEFAULT_HOURS, ratePerSecond = DEFAULT_RATE } = input ?? {};
  const since = carriedOver?.report.since ?? new Date(Date.now() - sinceHours * HOUR_MS).toISOString();
  let report: AuditReport = carriedOver?.report ?? {
    since,
    withoutWorkflow: [],
    open: 0,
    looked: 0,
    contradicted: [],
    notChecked: {},
    more: 0,
  };
  const tell = (news: Partial<AuditReport>) => {
    report = { ...report, ...news };
    setCurrentDetails(auditDetails(report));
  };
  setHandler(auditProgressQuery, () => report, { description: 'What this audit has found so far.' });

  if (carriedOver === undefined) {
    let after: string | undefined;
    do {
      const page = await orphans(after === undefined ? {} : { after });
      tell({ ...added('withoutWorkflow', page.orphans), open: report.open + page.looked });
      after = page.next;
    } while (after !== undefined);
    // Audits that were begun by 7d0153f do not ask for them.
    if (patched('strays')) tell(await strays({ since: Date.parse(since) }));
  }
  let after = carriedOver?.after;
  do {
    if (after !== undefined && workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof auditReversals>(input, { report, after });
    }
    const page = await endedSince({ since: Date.parse(since), ...(after !== undefined && { after }) });
    // As many at once as a second may have, then a pause for the time that they stand for.
    const step = Math.max(1, Math.floor(ratePerSecond));
    for (let from = 0; from < page.ended.length; from += step) {
      const some = page.ended.slice(from, from + step);
      await Promise.all([
        sleep((1000 * some.length) / ratePerSecond, { summary: 'pace of the looks' }),
        ...some.map(async (ended) => note(ended, await look(ended))),
      ]);
    }
    after = page.next;
  } while (after !== undefined);
  return report;

  function note({ provider, account, orderId, finalAction }: EndedReversal, finding: Finding): void {
    const looked = report.looked + 1;
    if (finding === undefined) tell({ looked });
    else if ('notChecked' in finding) {
      const { notChecked: why } = finding;
      tell({ looked, notChecked: { ...report.notChecked, [why]: (report.notChecked[why] ?? 0) + 1 } });
    } else {
      const { shown } = finding;
      tell({ looked, ...added('contradicted', [{ provider, account, orderId, recorded: finalAction, shown }]) });
    }
  }

  function added<Name extends 'withoutWorkflow' | 'contradicted'>(name: Name, found: AuditReport[Name]) {
    const all = [...report[name], ...found];
    return { [name]: all.slice(0, MAX_FINDINGS), more: report.more + Math.max(0, all.length - MAX_FINDINGS) };
  }
}
