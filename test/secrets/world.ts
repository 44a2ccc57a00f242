/** Everything as it runs in production, a process each: sandbox, worker, API, a receiver of webhooks, and all outputs. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { parse, stringify } from 'yaml';
import { startTemporalServer } from '../../src/dev/temporal-server.ts';
import { type Env, lines, start, unwind } from '../cli/support.ts';
import { type Middle, startMiddle } from '../hostile/wire.ts';
import { startReceiver } from '../webhooks/receiver.ts';
import { createSecrets, overheard, type Secrets } from './secrets.ts';

/** Files of the sandbox's configuration that hold a public key. */
const PUBLIC = /\.(alipayPublicKey|platformPublicKey|callbackPublicKey)$/;

export interface World {
  readonly folder: string;
  readonly env: Env;
  readonly secrets: Secrets;
  /** What came out so far, by where. */
  readonly out: Map<string, string>;
  readonly control: string;
  readonly api: string;
  readonly keys: Readonly<Record<'pos' | 'desk', string>>;
  readonly temporal: Client;
  readonly events: () => readonly unknown[];
  /** Runs a command and keeps what it wrote. */
  run(args: readonly string[], more?: Env): Promise<{ readonly code: number | null; readonly output: string }>;
  /** Ends worker and API and keeps what they wrote. */
  end(): Promise<void>;
  stop(): Promise<void>;
}

async function makeKey(name: string, ...roles: readonly string[]) {
  const { stdout } = await unwind(['api', 'key', '--name', name, '--role', ...roles, '--json']);
  return JSON.parse(stdout);
}

export async function startWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'unwind-secrets-'));
  const secrets = createSecrets();
  const out = new Map<string, string>();
  const server = await startTemporalServer();
  const sandbox = start(['sandbox', '--port', '0', '--json', '--config', folder]);
  const [{ control }] = lines(await sandbox.says('"control"'));
  const file = join(folder, 'unwind.config.yaml');
  const config = parse(await readFile(file, 'utf8'));
  for (const name of await readdir(folder)) {
    if (name.endsWith('.yaml') || PUBLIC.test(name)) continue;
    secrets.add(name, await readFile(join(folder, name), 'utf8'));
  }

  const middles: Middle[] = [];
  for (const account of Object.values<{ endpoint: string; rules?: unknown }>(config.accounts)) {
    const middle = await startMiddle(new URL(account.endpoint).origin, (text) => {
      for (const [name, secret] of overheard(text)) secrets.add(name, secret);
    });
    middles.push(middle);
    account.endpoint = account.endpoint.replace(new URL(account.endpoint).origin, middle.url);
    account.rules = { speed: 60, codeLife: '10s', freshness: '10s', gap: '1s' };
  }
  const receiver = await startReceiver();
  secrets.add('webhook secret', receiver.secret.replace('whsec_', ''));
  const ledgerKey = randomBytes(32).toString('base64');
  secrets.add('ledger key', ledgerKey);
  const pos = await makeKey('pos', 'start', 'view');
  const desk = await makeKey('desk', 'operate');
  for (const { name, key } of [pos, desk]) secrets.add(`API key ${name}`, key);
  await writeFile(
    file,
    stringify({
      ...config,
      webhooks: { url: receiver.url, secrets: [{ env: 'WEBHOOK_SECRET' }], backOff: { first: '10ms' } },
      ledger: { dataDir: './data', encryptionKey: { env: 'LEDGER_KEY' } },
      api: {
        port: 0,
        notifications: true,
        keys: [pos, desk].map(({ name, roles, sha256 }) => ({ name, roles, sha256 })),
      },
    }),
  );
  const env = {
    TEMPORAL_ADDRESS: server.address,
    UNWIND_CONFIG: file,
    WEBHOOK_SECRET: receiver.secret,
    LEDGER_KEY: ledgerKey,
    UNWIND_DEBUG: '1',
  };
  const worker = start(['worker', '--setup', '--log-level', 'DEBUG'], env);
  await worker.says('Serving ');
  const api = start(['api'], env);
  await api.says('to read: ');
  const connection = await Connection.connect({ address: server.address });

  const end = async () => {
    for (const [name, process] of [
      ['API', api],
      ['worker', worker],
    ] as const) {
      const { stdout, stderr } = await process.stop();
      out.set(`${name} stdout`, stdout);
      out.set(`${name} stderr`, stderr);
    }
  };
  return {
    folder,
    env,
    secrets,
    out,
    control,
    api: /Serving (\S+),/.exec(api.errors())?.[1] ?? '',
    keys: { pos: pos.key, desk: desk.key },
    temporal: new Client({ connection, namespace: server.namespace }),
    events: () => receiver.events,
    end,
    async run(args, more = {}) {
      const { code, stdout, stderr } = await unwind(args, { ...env, ...more });
      out.set(`${args.join(' ')} ${JSON.stringify(more)}`.slice(0, 120), `${stdout}\n${stderr}`);
      return { code, output: `${stdout}\n${stderr}` };
    },
    async stop() {
      await connection.close();
      await receiver.stop();
      await sandbox.stop();
      await Promise.all(middles.map((middle) => middle.stop()));
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
