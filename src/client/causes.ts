/** Why reversals do not get on, as far as server and ledger know: no worker is asked, and none replays a history. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import type { LedgerReader } from '../ledger/index.ts';
import { deadlineIn } from '../lib/deadline.ts';
import { gate } from '../lib/gate.ts';
import { within } from '../lib/within.ts';
import { type OrderView, whyNothing } from '../reversal/order-view.ts';
import type { OrderKey } from '../reversal/request.ts';
import { workflowIdOf } from '../reversal/workflow-id.ts';
import { failureOf, hasEndedBadly, lookFailureOf, waitingFor } from './failure.ts';
import { lastPollOf } from './queue.ts';

/** What is known of it; nothing where all is as it should be. */
export interface Cause {
  /** Its workflow ended without a conclusion, or is not there: how, and what to do. */
  readonly failure?: string;
  /** What it waits for: a worker, or one that has its account. */
  readonly waitsFor?: string;
  /** Why the last look told nothing. */
  readonly lookFailure?: string;
}

export interface Sources {
  /** Undefined: only the ledger is asked. */
  readonly temporal: Client | undefined;
  readonly ledger?: Pick<LedgerReader, 'journal'>;
}

const AT_ONCE = 8;
/** The newest lines of a journal: a look is among them, or the order is in the middle of something else. */
const LINES = 20;

/**
 * The causes of many, by workflow id. What cannot be told within the time, or at all, is left out: a list does not fail
 * for it.
 */
export async function causesOf(
  orders: readonly OrderKey[],
  { temporal, ledger }: Sources,
  ms: number,
): Promise<ReadonlyMap<string, Cause>> {
  const deadline = deadlineIn(ms);
  const enter = gate(AT_ONCE);
  const found = new Map<string, Cause>();
  const polled = new Map<string, Promise<number | undefined>>();
  const isServed = (client: Client, provider: string) => {
    const asked = polled.get(provider) ?? lastPollOf(client, provider);
    polled.set(provider, asked);
    return asked.then((last) => last !== undefined);
  };

  async function ask(order: OrderKey): Promise<void> {
    if (deadline.left() <= 0) return;
    // While the server is away the ledger may still know.
    const unknown = (): Cause => ({});
    const asServer: Cause =
      temporal === undefined ? {} : await serverCause(temporal, order, deadline.left(), isServed).catch(unknown);
    const lookFailure = asServer.lookFailure ?? (ledger && (await lastLookOf(ledger, order)));
    const cause = { ...asServer, ...(lookFailure !== undefined && { lookFailure }) };
    if (Object.keys(cause).length > 0) found.set(workflowIdOf(order), cause);
  }

  await deadline.within(Promise.all(orders.map((order) => enter(() => ask(order).catch(() => undefined)))));
  return found;
}

async function serverCause(
  temporal: Client,
  order: OrderKey,
  ms: number,
  isServed: (temporal: Client, provider: string) => Promise<boolean>,
): Promise<Cause> {
  try {
    const run = await within(temporal, ms, () => temporal.workflow.getHandle(workflowIdOf(order)).describe());
    if (hasEndedBadly(run)) return { failure: await failureOf(temporal, run) };
    if (run.status.name !== 'RUNNING') return {};
    const waitsFor = (await isServed(temporal, order.provider))
      ? waitingFor(run)
      : `No worker serves ${order.provider} now: start one with \`unwind worker\`.`;
    const lookFailure = lookFailureOf(run);
    return { ...(waitsFor !== undefined && { waitsFor }), ...(lookFailure !== undefined && { lookFailure }) };
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return { failure: 'Temporal knows no workflow that works on it: `unwind audit` lists these.' };
  }
}

/** An entry of any version of this program. */
const look = z.object({ order: z.custom<OrderView>((view) => z.object({ kind: z.string() }).safeParse(view).success) });

/** Why the newest look in the journal told nothing; undefined when it told something, or there is none. */
async function lastLookOf(ledger: Pick<LedgerReader, 'journal'>, order: OrderKey): Promise<string | undefined> {
  const { items } = await ledger.journal(order, { from: 'newest', limit: LINES });
  const views = items.flatMap(({ kind, body }) => (kind === 'look' ? (look.safeParse(body).data ?? []) : []));
  return views[0] && whyNothing(views[0].order);
}
