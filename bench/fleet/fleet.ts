/** A server, the sandbox gateways and a worker, each a process of its own, so that the worker can be killed. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createReversalClient, type ReversalClient } from '../../src/client.ts';
import { startTemporalServer } from '../../src/dev/temporal-server.ts';
import { type Ledger, openLedger } from '../../src/ledger/index.ts';
import { behind, type GatewayName } from '../../src/stand/accounts.ts';
import { type Command, startCommand } from './command.ts';
import { type AccountSettings, dataDirOf, writeConfig } from './config.ts';
import { type SandboxGateways, startGateways } from './sandbox.ts';
import { withStops } from './stopping.ts';

export interface Fleet {
  readonly server: {
    /** Resident memory and files of the Temporal server, bytes. */
    size(): Promise<{ readonly memory: number; readonly disk: number }>;
  };
  readonly temporal: Client;
  readonly reversals: ReversalClient;
  readonly sandbox: SandboxGateways;
  /** Starts `unwind worker`. One at a time: the embedded ledger has one owner. */
  startWorker(): Promise<Command>;
  /** The ledger of the workers, once the last of them has ended; closed with the fleet. */
  openLedger(): Promise<Ledger>;
}

export interface FleetOptions {
  readonly gateways: readonly GatewayName[];
  readonly settings: (gateway: string) => AccountSettings;
  readonly log: (line: string) => void;
  /** The server keeps everything in files; in memory when left out. */
  readonly durable?: boolean;
}

/** Everything that was started ends with `use`, with an error and with Ctrl-C. */
export async function withFleet<T>(options: FleetOptions, use: (fleet: Fleet) => Promise<T>): Promise<T> {
  return withStops(async (stops) => use(await start(options, stops)));
}

async function start(options: FleetOptions, stops: (() => Promise<void>)[]): Promise<Fleet> {
  const { gateways, settings, log, durable } = options;
  const directory = await mkdtemp(join(tmpdir(), 'unwind-bench-'));
  stops.push(() => rm(directory, { recursive: true, force: true }));
  const files = join(directory, 'temporal');
  await mkdir(files);
  const server = await startTemporalServer({ log, ...(durable && { dbFile: join(files, 'server.db') }) });
  stops.push(() => server.stop());
  const sandbox = await startGateways([...new Set(gateways.map((name) => behind(name).system))], directory);
  stops.push(() => sandbox.stop());
  const config = await writeConfig(directory, settings);
  const { address, namespace } = server;
  const connection = await Connection.connect({ address });
  stops.push(() => connection.close());
  const temporal = new Client({ connection, namespace });
  return {
    server: {
      size: async () => ({ memory: await residentBytes(server.pid), disk: await bytesIn(files) }),
    },
    temporal,
    reversals: createReversalClient(temporal),
    sandbox,
    async startWorker() {
      const env = { UNWIND_CONFIG: config, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
      const worker = await startCommand(['worker', '--log-level', 'ERROR'], 'Serving ', env);
      stops.push(() => worker.stop());
      return worker;
    },
    async openLedger() {
      const ledger = await openLedger({ dataDir: dataDirOf(directory) });
      stops.push(() => ledger.close());
      return ledger;
    },
  };
}

/** Of Linux' own books. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024;
}

async function bytesIn(directory: string): Promise<number> {
  const names = await readdir(directory);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(directory, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
