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
import { rngOf } from '../../src/demo/random/rng.ts';
import { randomOverrides } from '../../src/demo/random/rules.ts';
import { startTemporalServer, type TemporalServer } from '../../src/dev/temporal-server.ts';
import { accountsOf } from '../../src/gateways/accounts.ts';
import { type Ledger, openLedger } from '../../src/ledger/index.ts';
import { type Sandbox, type SandboxRequest, startSandbox, systems } from '../../src/sandbox/index.ts';
import { behind, type GatewayName, openStandAccounts } from '../../src/stand/accounts.ts';
import { type Postgres, startPostgres } from '../../test/support/postgres.ts';
import { type Receiver, startReceiver } from '../../test/webhooks/receiver.ts';
import { type Cable, startCable } from './cable.ts';
import { type ChaosConfig, writeChaosConfig } from './config.ts';
import { type FrontDoor, openFrontDoor } from './front-door.ts';
import { type Heard, overheard } from './hearing.ts';
import { type Replayer, startReplayer } from './replayer.ts';
import { type Supervised, supervise } from './supervisor.ts';

export interface Site {
  readonly gateways: readonly GatewayName[];
  readonly sandbox: Sandbox;
  readonly receiver: Receiver;
  readonly postgres: Postgres;
  /** Without the cable that can be pulled. */
  readonly ledger: Ledger;
  readonly temporal: Client;
  /** Whoever asks it something is overheard. */
  readonly reversals: ReversalClient;
  readonly heard: readonly Heard[];
  readonly workers: readonly Supervised[];
  /** What makes a worker one that knows every account, and one that lacks this one. */
  readonly configs: { readonly whole: Readonly<Record<string, string>>; readonly without: ChaosConfig['without'] };
  /** Between the workers and the Temporal server, and between them and the ledger. */
  readonly cables: readonly [toServer: Cable, toLedger: Cable];
  /** Between the workers and the gateways whose answers say in their signed part when they were made. */
  readonly replayers: readonly Replayer[];
  readonly door: FrontDoor;
  /** SIGKILL; `start` starts the server again on the same file and port. */
  readonly server: { kill(): Promise<void>; start(): Promise<void> };
}

const SKEWED_CLOCK = new URL('./skewed-clock.ts', import.meta.url).href;
/** As it is deployed, with its prebuilt workflows: it is up again in seconds. */
const PACKAGE = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const WORKERS = 2;
/** A run is continued as new as soon as its history has grown to this: most that wait for anything are. */
const EVENTS_A_RUN = 12;
/** Their signed answers tell when they were made; an old one of the others looks like a new one. */
const TELL_THE_TIME: ReadonlySet<string> = new Set(['alipay-v3', 'daxpay-c', 'daxpay-e', 'daxpay-f']);

/** Everything that was started ends with `use`, with an error and with Ctrl-C. */
export async function withSite<T>(plan: SitePlan, use: (site: Site) => Promise<T>): Promise<T> {
  return withStops(async (stops) => use(await start(plan, stops)));
}

export interface SitePlan {
  readonly gateways: readonly GatewayName[];
  readonly seed: number;
  log(line: string): void;
}

async function start({ gateways, seed, log }: SitePlan, stops: (() => Promise<void>)[]): Promise<Site> {
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

  const settings = { 'limit.historyCount.suggestContinueAsNew': EVENTS_A_RUN };
  const files = { dbFile: join(directory, 'temporal.db'), log, settings };
  let server: TemporalServer = await startTemporalServer(files);
  stops.push(() => server.stop());
  const portOf = (address: string) => Number(address.split(':').at(-1));
  const port = portOf(server.address);

  const cables = [await startCable(port), await startCable(Number(new URL(ledgerUrl).port))] as const;
  for (const cable of cables) stops.push(() => cable.stop());
  const [toServer, toLedger] = cables;
  const behindCable = new URL(ledgerUrl);
  behindCable.port = String(toLedger.port);
  const replayers = await Promise.all(
    gateways
      .filter((name) => TELL_THE_TIME.has(name))
      .map(async (name, index) => {
        const { system } = behind(name);
        const identify = (request: SandboxRequest) => sandbox.system(system).identify(request);
        const replayer = await startReplayer({ target: sandbox.url(system), identify, rng: rngOf(seed, 7000 + index) });
        stops.push(() => replayer.stop());
        return [name, replayer] as const;
      }),
  );
  const ledgerKey = randomBytes(32).toString('base64');
  const { env, without } = await writeChaosConfig(directory, {
    ...{ gateways, sandbox, ledgerUrl: behindCable.href, ledgerKey, webhooks: receiver },
    endpoints: new Map(replayers.map(([name, { url }]) => [name, url])),
  });
  const ledger = await openLedger({ url: ledgerUrl, encryptionKey: ledgerKey });
  stops.push(() => ledger.close());

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
  const { terminalKeys } = ledger;
  const accounts = openStandAccounts(gateways, { sandbox, terminalKeys, overrides: randomOverrides });
  const client = createReversalClient(temporal);
  const door = await openFrontDoor({ accounts: accountsOf(accounts), client, ledger });
  stops.push(() => door.stop());
  const heard: Heard[] = [];
  return {
    ...{ gateways, sandbox, receiver, postgres, ledger, temporal, workers, cables, door, heard },
    replayers: replayers.map(([, replayer]) => replayer),
    configs: { whole: { UNWIND_CONFIG: env.UNWIND_CONFIG ?? '' }, without },
    reversals: overheard(client, heard),
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
