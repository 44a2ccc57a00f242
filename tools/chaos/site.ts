/** Everything that runs, each part where it can be broken: processes to kill, cables to pull, a gateway that lies. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { startCommand } from '../../bench/fleet/command.ts';
import { withStops } from '../../bench/fleet/stopping.ts';
import { createReversalClient, type ReversalClient } from '../../src/client.ts';
import { startTemporalServer, type TemporalServer } from '../../src/dev/temporal-server.ts';
import { type Sandbox, startSandbox, systems } from '../../src/sandbox/index.ts';
import { behind, type GatewayName } from '../../src/stand/accounts.ts';
import { type Postgres, startPostgres } from '../../test/support/postgres.ts';
import { type Receiver, startReceiver } from '../../test/webhooks/receiver.ts';
import { type Cable, startCable } from './cable.ts';
import { writeChaosConfig } from './config.ts';
import { type Supervised, supervise } from './supervisor.ts';

export interface Site {
  readonly gateways: readonly GatewayName[];
  readonly sandbox: Sandbox;
  readonly receiver: Receiver;
  readonly postgres: Postgres;
  /** Of the ledger, without the cable that can be pulled. */
  readonly ledgerUrl: string;
  readonly temporal: Client;
  readonly reversals: ReversalClient;
  readonly workers: readonly Supervised[];
  /** Between the workers and the Temporal server, and between them and the ledger. */
  readonly cables: readonly Cable[];
  /** SIGKILL; `start` starts the server again on the same file and port. */
  readonly server: { kill(): Promise<void>; start(): Promise<void> };
}

const SKEWED_CLOCK = new URL('./skewed-clock.ts', import.meta.url).href;
/** As it is deployed, with its prebuilt workflows: it is up again in seconds. */
const PACKAGE = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const WORKERS = 2;

/** Everything that was started ends with `use`, with an error and with Ctrl-C. */
export async function withSite<T>(
  gateways: readonly GatewayName[],
  log: (line: string) => void,
  use: (site: Site) => Promise<T>,
): Promise<T> {
  return withStops(async (stops) => use(await start(gateways, log, stops)));
}

async function start(
  gateways: readonly GatewayName[],
  log: (line: string) => void,
  stops: (() => Promise<void>)[],
): Promise<Site> {
  const directory = await mkdtemp(join(tmpdir(), 'unwind-chaos-'));
  stops.push(() => rm(directory, { recursive: true, force: true }));
  const used = new Set(gateways.map((name) => behind(name).system));
  const sandbox = await startSandbox({
    systems: Object.fromEntries(Object.entries(systems).filter(([name]) => used.has(name))),
  });
  stops.push(() => sandbox.stop());
  const receiver = await startReceiver();
  stops.push(() => receiver.stop());
  const postgres = await startPostgres();
  stops.push(() => postgres.stop());
  const ledgerUrl = await postgres.database();

  const files = { dbFile: join(directory, 'temporal.db'), log };
  let server: TemporalServer = await startTemporalServer(files);
  stops.push(() => server.stop());
  const portOf = (address: string) => Number(address.split(':').at(-1));
  const port = portOf(server.address);

  const cables = [await startCable(port), await startCable(Number(new URL(ledgerUrl).port))] as const;
  for (const cable of cables) stops.push(() => cable.stop());
  const [toServer, toLedger] = cables;
  const behindCable = new URL(ledgerUrl);
  behindCable.port = String(toLedger.port);
  const env = await writeChaosConfig(directory, {
    gateways,
    sandbox,
    ledgerUrl: behindCable.href,
    ledgerKey: randomBytes(32).toString('base64'),
    webhooks: receiver,
  });

  const connection = await Connection.connect({ address: server.address });
  stops.push(() => connection.close());
  const temporal = new Client({ connection, namespace: server.namespace });
  const workers = Array.from({ length: WORKERS }, () =>
    supervise((more) =>
      startCommand(
        ['worker', '--log-level', 'ERROR'],
        'Serving ',
        {
          ...env,
          TEMPORAL_ADDRESS: toServer.address,
          TEMPORAL_NAMESPACE: server.namespace,
          NODE_OPTIONS: `--import ${SKEWED_CLOCK}`,
          ...more,
        },
        PACKAGE,
      ),
    ),
  );
  for (const worker of workers) stops.push(() => worker.stop());
  await Promise.all(workers.map((worker) => worker.up()));
  return {
    ...{ gateways, sandbox, receiver, postgres, ledgerUrl, temporal, workers, cables },
    reversals: createReversalClient(temporal),
    server: {
      async kill() {
        process.kill(server.pid, 'SIGKILL');
        await server.stop();
      },
      async start() {
        server = await startTemporalServer({ ...files, port });
      },
    },
  };
}
