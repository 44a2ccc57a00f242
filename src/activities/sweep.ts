/** One page of a sweep: reads overdue orders, and starts a reversal for each that has none. */
import { Context, heartbeat } from '@temporalio/activity';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import type { Accounts } from '../gateways/accounts.ts';
import type { Ledger } from '../ledger/index.ts';
import {
  type Asked,
  askedBy,
  NOTHING,
  type OverdueOrders,
  type OverdueRow,
  plus,
  rejected,
  type Tally,
  tallyOfEnd,
  UnusableViewError,
} from '../overdue/index.ts';
import { startOptions } from '../protocol/start.ts';
import type { SweepActivities, SweepPageInput, SweptPage } from '../protocol/sweep.ts';
import { workflowIdOf } from '../reversal/workflow-id.ts';

export interface Overdue {
  readonly orders: OverdueOrders;
  readonly ratePerSecond: number;
}

export interface SweepDeps {
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  /** Undefined: this worker has no source. */
  readonly overdue: Overdue | undefined;
}

/** A page takes about so long at its rate: a shutdown waits for its end. */
const PAGE_SECONDS = 20;
const MAX_PAGE = 500;
const BEAT_MS = 1000;

const orderKey = z.object({ provider: z.string(), account: z.string(), orderId: z.string() });
const tallied: z.ZodType<Tally> = z.object({
  read: z.int(),
  started: z.int(),
  running: z.int(),
  concluded: z.int(),
  kept: z.int(),
  rejected: z.int(),
  problems: z.array(z.object({ problem: z.string(), count: z.int(), orders: z.array(z.string()) })),
});
/** What a killed attempt had done, as far as its last heartbeat told. */
const progress = z.object({ tally: tallied, after: orderKey });

const one = (what: 'started' | 'running'): Tally => ({ ...NOTHING, read: 1, [what]: 1 });
const keyOf = ({ provider, account, order_id }: OverdueRow) => ({ provider, account, orderId: order_id });
const nameOf = ({ provider, account, order_id }: OverdueRow) => `${provider}/${account}/${order_id}`;

/** A view that breaks its contract fails this sweep, for people to see; the next one tries again. */
async function read<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof UnusableViewError) throw ApplicationFailure.nonRetryable(error.message, 'UnusableView');
    throw error;
  }
}

function namelessRows(count: number): Tally {
  if (count === 0) return NOTHING;
  const problem = { problem: 'provider, account or order_id is null', count, orders: [] };
  return { ...NOTHING, read: count, rejected: count, problems: [problem] };
}

type Startable = Exclude<Asked, { problems: unknown }>;

/** A reversal that runs is left alone: no request joins it, no pending closure is woken. */
async function start({ input, request }: Startable, sweep: string): Promise<Tally> {
  const { workflow } = Context.current().client;
  const options = startOptions(input, request);
  try {
    await workflow.start('reversePayment', { ...options, workflowIdConflictPolicy: 'FAIL', memo: { sweep } });
    return one('started');
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return one('running');
  }
}

/** An attempt that was killed may have started it, and died before it could tell. */
async function startedBefore({ request }: Startable, sweep: string): Promise<boolean> {
  const { client, info } = Context.current();
  if (info.attempt === 1) return false;
  try {
    const { memo } = await client.workflow.getHandle(workflowIdOf(request)).describe();
    return memo?.sweep === sweep;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

export function createSweep({ accounts, ledger, overdue }: SweepDeps): SweepActivities {
  const swept = async (row: OverdueRow, sweep: string): Promise<Tally> => {
    const asked = askedBy(row, Date.now());
    if ('problems' in asked) return rejected(nameOf(row), asked.problems);
    const { provider, account, orderId, expiresAt } = asked.request;
    if (accounts.find(provider, account) === undefined) {
      return rejected(nameOf(row), [`account: this worker has no ${provider} account ${account}`]);
    }
    if (await startedBefore(asked, sweep)) return one('started');
    // Right before the start, and not for the page at once: it may end in between.
    const known = await ledger.reversal({ provider, account, orderId });
    // An attempt that was given up while the ledger took its time starts nothing: the next one is at work.
    Context.current().cancellationSignal.throwIfAborted();
    return tallyOfEnd(nameOf(row), known, expiresAt) ?? start(asked, sweep);
  };

  return {
    async sweepPage({ sweep, ratePerSecond, after }: SweepPageInput): Promise<SweptPage> {
      if (overdue === undefined) {
        throw ApplicationFailure.retryable('This worker has no `overdue` section in its configuration', 'NoSource');
      }
      const { info, cancellationSignal, sleep } = Context.current();
      const { orders } = overdue;
      const rate = ratePerSecond ?? overdue.ratePerSecond;
      const limit = Math.max(1, Math.min(MAX_PAGE, Math.floor(rate * PAGE_SECONDS)));
      let done = progress.safeParse(info.heartbeatDetails).data;
      let tally = done?.tally ?? NOTHING;
      // That this process lives; what a database or the server takes too long for ends by its own deadline.
      const beat = setInterval(() => heartbeat(done), BEAT_MS);
      try {
        const from = done?.after ?? after;
        if (from === undefined) tally = namelessRows(await read(orders.nameless()));
        const rows = await read(orders.page(from, limit));
        for (const row of rows) {
          cancellationSignal.throwIfAborted();
          const began = performance.now();
          const of = await swept(row, sweep);
          tally = plus(tally, of);
          done = { tally, after: keyOf(row) };
          heartbeat(done);
          const rest = began + 1000 / rate - performance.now();
          if (of.started > 0 && rest > 0) await sleep(rest);
        }
        const last = rows.at(-1);
        return { tally, ...(rows.length === limit && last !== undefined && { next: keyOf(last) }) };
      } finally {
        clearInterval(beat);
      }
    },
  };
}
