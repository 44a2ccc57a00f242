/** A server, the sandbox, a worker and the API: the last two are the real commands, each a process of its own. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { hashOf, newKey, ROLES } from '../../src/api/keys.ts';
import { writeSandboxConfig } from '../../src/cli/sandbox-config.ts';
import { type Child, startChild } from '../../src/dev/child-process.ts';
import { freePort } from '../../src/dev/free-port.ts';
import { startTemporalServer } from '../../src/dev/temporal-server.ts';
import { type Sandbox, startSandbox, systems } from '../../src/sandbox/index.ts';
import { faster } from '../../src/stand/speed.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const SPEED = 40;
/** A machine with two cores and everything on it is slow. */
const CALL_TIMEOUT_MS = 5000;
const STOP_GRACE_MS = 30_000;

export interface Plant {
  readonly base: string;
  readonly key: string;
  readonly sandbox: Sandbox;
  stopWorker(): Promise<void>;
  startWorker(): Promise<void>;
  stop(): Promise<void>;
}

export async function openPlant(log: (line: string) => void): Promise<Plant> {
  const folder = await mkdtemp(join(tmpdir(), 'unwind-load-'));
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const server = await startTemporalServer({ log });
    stops.push(() => server.stop());
    const { alipay } = systems;
    if (alipay === undefined) throw new Error('the sandbox has no Alipay');
    const sandbox = await startSandbox({ systems: { alipay } });
    stops.push(() => sandbox.stop());
    const file = await writeSandboxConfig(sandbox, ['alipay'], folder);
    const key = newKey();
    const port = await freePort();
    await complete(file, port, key);

    const env = { TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: server.namespace, UNWIND_CONFIG: file };
    const run = (args: readonly string[]) => startChild(process.execPath, [MAIN, ...args], { env });
    let worker: Child | undefined;
    const startWorker = async () => {
      worker = await run(['worker', '--setup', '--log-level', 'ERROR']);
      await said(worker, 'Serving ');
    };
    const stopWorker = async () => worker?.stop(STOP_GRACE_MS);
    await startWorker();
    stops.push(stopWorker);
    const api = await run(['api']);
    stops.push(() => api.stop(STOP_GRACE_MS));
    const base = `http://127.0.0.1:${port}`;
    await answering(api, `${base}/healthz`);
    return { base, key, sandbox, startWorker, stopWorker, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function complete(file: string, port: number, key: string): Promise<void> {
  const config = parse(await readFile(file, 'utf8'));
  const { timing = {} } = faster('alipay', SPEED, CALL_TIMEOUT_MS);
  const times = Object.entries(timing).flatMap(([name, ms]) => (typeof ms === 'number' ? [[name, `${ms}ms`]] : []));
  for (const account of Object.values<{ rules?: unknown }>(config.accounts)) {
    account.rules = { speed: SPEED, ...Object.fromEntries(times) };
  }
  const sha256 = hashOf(key).toString('hex');
  config.api = { port, rateLimit: 10_000, keys: [{ name: 'load', roles: [...ROLES], sha256 }] };
  await writeFile(file, stringify(config));
}

async function said(child: Child, text: string): Promise<void> {
  while (!child.lastLines().some((line) => line.includes(text))) await alive(child);
}

async function answering(child: Child, url: string): Promise<void> {
  while (
    !(await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await alive(child);
}

async function alive(child: Child): Promise<void> {
  if (!child.running()) throw new Error(`a process ended: ${await child.ended}\n${child.lastLines().join('\n')}`);
  await new Promise((resolve) => setTimeout(resolve, 50));
}
