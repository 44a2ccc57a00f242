/** The demo: everything on this machine, all incidents played, every conclusion beside the money. */
import { startTemporalServer, type TemporalServer } from '../dev/temporal-server.ts';
import type { GatewayName } from '../stand/accounts.ts';
import { type Stand, startStand } from '../stand/stand.ts';
import { incidents } from './incidents/index.ts';
import { playAll } from './play-all.ts';
import { lineOf } from './report.ts';
import { demoOverrides, type IncidentResult } from './run.ts';

export interface DemoOptions {
  /** Only these; all when left out. */
  readonly gateways?: readonly GatewayName[];
  readonly port?: number;
  readonly uiPort: number;
  readonly concurrency: number;
  /** One line of progress. */
  log(line: string): void;
}

export interface RunningDemo {
  readonly server: TemporalServer;
  readonly stand: Stand;
  /** Plays all incidents; once, since their order numbers are fixed. */
  play(): Promise<{ readonly results: readonly IncidentResult[]; readonly seconds: number }>;
  stop(): Promise<void>;
}

/** Starts server, gateways, ledger and workers. */
export async function startDemo(options: DemoOptions): Promise<RunningDemo> {
  const { gateways, log } = options;
  log('Starting a Temporal server with its Web UI …');
  const server = await startTemporalServer({
    uiPort: options.uiPort,
    ...(options.port !== undefined && { port: options.port }),
    log,
  });
  let stand: Stand;
  try {
    log('Starting the sandbox gateways, the ledger and the workers …');
    stand = await startStand({
      address: server.address,
      namespace: server.namespace,
      ...(gateways && { gateways }),
      overrides: demoOverrides,
      // The demo breaks calls on purpose: a warning for each would bury the conclusions.
      logLevel: 'ERROR',
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    server,
    stand,
    async play() {
      const played = incidents.filter(({ gateway }) => gateways === undefined || gateways.includes(gateway));
      log(`Playing ${played.length} incidents; the slowest watch for late payments and take about half a minute.`);
      const since = performance.now();
      let done = 0;
      const results = await playAll(stand, played, {
        concurrency: options.concurrency,
        onResult: (result) => log(lineOf(result, ++done, played.length)),
      });
      return { results, seconds: (performance.now() - since) / 1000 };
    },
    async stop() {
      try {
        await stand.stop();
      } finally {
        await server.stop();
      }
    },
  };
}
