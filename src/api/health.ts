/** Whether this process can do its work now, asked of those it depends on. */
import type { z } from 'zod';
import { lastPollOf } from '../client/queue.ts';
import { inTime } from '../lib/deadline.ts';
import { within } from '../lib/within.ts';
import type { readiness } from './contract.ts';
import type { ApiDeps } from './deps.ts';

export type Readiness = z.infer<typeof readiness>;

const ASKED_WITHIN_MS = 2000;
/** A worker that waits for work asks again after a minute at the latest. */
const POLLS_WITHIN_MS = 90_000;
/** Probes of many balancers are one question. */
const TOLD_FOR_MS = 1000;

/**
 * `ready`: everything answers. `degraded`: reversals are started and go on, but lists, records or quick answers may be
 * missing. `not-ready`: Temporal does not answer, so nothing can be started.
 */
export function readinessOf(deps: ApiDeps): () => Promise<Readiness> {
  let last: { readonly at: number; readonly told: Promise<Readiness> } | undefined;
  return () => {
    if (last === undefined || Date.now() - last.at > TOLD_FOR_MS) last = { at: Date.now(), told: look(deps) };
    return last.told;
  };
}

async function look(deps: ApiDeps): Promise<Readiness> {
  const providers = [...new Set(deps.accounts.map(({ provider }) => provider))];
  const [temporal, ledger, ...polled] = await Promise.all([
    answers(within(deps.temporal, ASKED_WITHIN_MS, () => namespaceOf(deps))),
    answers(
      inTime(
        deps.ledger.ask((reader) => reader.list({ limit: 1 })),
        ASKED_WITHIN_MS,
      ),
    ),
    // The server does not answer: `temporal` tells that.
    ...providers.map((provider) => lastPollOf(deps.temporal, provider).catch(() => undefined)),
  ]);
  const isServed = (at: number | undefined) => at !== undefined && Date.now() - at < POLLS_WITHIN_MS;
  const isWell = ledger && polled.every(isServed);
  const workers = providers.map((provider, index) => [provider, isoOf(polled[index])] as const);
  return {
    status: temporal ? (isWell ? 'ready' : 'degraded') : 'not-ready',
    temporal: temporal ? 'up' : 'down',
    ledger: ledger ? 'up' : 'down',
    workers: Object.fromEntries(workers),
  };
}

const isoOf = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());

const namespaceOf = ({ temporal }: ApiDeps) =>
  temporal.workflowService.describeNamespace({ namespace: temporal.options.namespace });

const answers = (question: Promise<unknown>): Promise<boolean> =>
  question.then(
    () => true,
    () => false,
  );
