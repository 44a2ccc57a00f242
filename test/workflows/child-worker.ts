/** Starts, kills and stops the workers of `worker-process.ts`. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { World } from './support.ts';
import type { WorkerSetup } from './worker-process.ts';

const SKEWED_CLOCK = new URL('../../tools/chaos/skewed-clock.ts', import.meta.url).href;

export interface ChildWorker {
  readonly pid: number;
  /** Resolves once the worker has said all of these, in any order. */
  said(...words: readonly string[]): Promise<void>;
  kill(): Promise<void>;
  /** Lets it finish what runs. */
  stop(): Promise<void>;
}

/** The pids are remembered by whoever starts: each is to be killed or stopped. */
export async function startChildWorker(
  { stand, server }: World,
  more: Pick<WorkerSetup, 'dataDir' | 'bundle' | 'halts' | 'overdue' | 'webhooks'> &
    Partial<Pick<WorkerSetup, 'rules' | 'ledgerUrl'>> & { readonly skewMs?: number },
): Promise<ChildWorker> {
  const { skewMs, ...setupOf } = more;
  const setup: WorkerSetup = {
    address: server.address,
    namespace: server.namespace,
    endpoint: stand.sandbox.url('alipay'),
    credentials: { ...stand.sandbox.system('alipay').credentials() },
    rules: 'FASTER',
    ...setupOf,
  };
  const child: ChildProcess = fork(fileURLToPath(new URL('./worker-process.ts', import.meta.url)), {
    env: { ...process.env, WORKER_SETUP: JSON.stringify(setup), CHAOS_CLOCK_SKEW_MS: String(skewMs ?? 0) },
    execArgv: skewMs === undefined ? [] : ['--import', SKEWED_CLOCK],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const heard = new Set<unknown>();
  const gone = once(child, 'exit');
  child.on('message', (message) => heard.add(message));
  const said = async (...words: readonly string[]): Promise<void> => {
    while (words.some((word) => !heard.has(word))) {
      const ended = gone.then(() => Promise.reject(new Error('the worker ended by itself')));
      await Promise.race([once(child, 'message'), ended]);
    }
  };
  await said('running');
  return {
    pid: child.pid ?? 0,
    said,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async stop() {
      child.send('stop');
      await gone;
    },
  };
}
