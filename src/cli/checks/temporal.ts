/** Temporal: the namespace, its search attributes, and whether somebody polls the gateways' queues. */
import { taskQueueOf } from '../../protocol/start.ts';
import { ensureSearchAttributes, missingSearchAttributes } from '../../worker/namespace.ts';
import { messageOf } from '../errors.ts';
import { lengthOf } from '../output.ts';
import type { Session } from '../session.ts';
import { type Check, fail, ok, warn } from './check.ts';

const DAY_S = 24 * 60 * 60;
/** A worker that waits for work asks again after a minute at the latest. */
const POLLS_WITHIN_MS = 90_000;
/** Of the API: workflow tasks and activities. */
const TASKS = { workflows: 1, activities: 2 } as const;

export async function checkTemporal(
  session: Session,
  providers: readonly string[],
  setup: boolean,
): Promise<readonly Check[]> {
  return [
    await checkNamespace(session),
    await checkSearchAttributes(session, setup),
    ...(await Promise.all(providers.map((provider) => checkQueue(session, provider)))),
  ];
}

async function checkNamespace({ connection, namespace, address }: Session): Promise<Check> {
  const name = 'temporal';
  try {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / DAY_S;
    const detail = `namespace ${namespace} at ${address}, ended reversals are kept ${days.toFixed(0)} days`;
    return days < 7 ? warn(name, `${detail}: too short to look into a complaint`) : ok(name, detail);
  } catch (error) {
    return fail(name, `namespace ${namespace} at ${address}: ${messageOf(error)}`);
  }
}

async function checkSearchAttributes({ connection, namespace }: Session, setup: boolean): Promise<Check> {
  const name = 'search attributes';
  try {
    const added = setup ? await ensureSearchAttributes(connection, namespace) : [];
    if (added.length > 0) return ok(name, `created: ${added.join(', ')}`);
    const missing = await missingSearchAttributes(connection, namespace);
    if (missing.length === 0) return ok(name, 'all are there');
    return fail(name, `missing: ${missing.join(', ')}; --setup creates them`);
  } catch (error) {
    return fail(name, messageOf(error));
  }
}

async function checkQueue({ connection, namespace }: Session, provider: string): Promise<Check> {
  const name = `queue ${taskQueueOf(provider)}`;
  try {
    const counts = await Promise.all(
      Object.entries(TASKS).map(async ([kind, taskQueueType]) => {
        const { pollers } = await connection.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: taskQueueOf(provider) },
          taskQueueType,
        });
        const polls = (pollers ?? []).map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000);
        return { kind, workers: new Set(pollers?.map(({ identity }) => identity)).size, at: Math.max(...polls) };
      }),
    );
    const without = counts.filter(({ workers }) => workers === 0).map(({ kind }) => kind);
    if (without.length > 0) return warn(name, `no worker polls it for ${without.join(' and ')}: is one running?`);
    const age = Date.now() - Math.min(...counts.map(({ at }) => at));
    const detail = `${counts[0]?.workers} worker${counts[0]?.workers === 1 ? '' : 's'}, last poll ${lengthOf(age)} ago`;
    if (age < POLLS_WITHIN_MS) return ok(name, detail);
    return warn(name, `${detail}: a worker that waits polls once a minute, so it is gone, or hangs`);
  } catch (error) {
    return fail(name, messageOf(error));
  }
}
