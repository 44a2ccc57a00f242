/** Everything on one machine: Temporal, the sandbox gateways, the ledger, the workers and a client. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { type LogLevel, NativeConnection } from '@temporalio/worker';
import { createReversalClient } from '../client/client.ts';
import type { ReversalClient } from '../client/contract.ts';
import { accountsOf } from '../gateways/accounts.ts';
import { type Ledger, openLedger } from '../ledger/index.ts';
import { channelArgsOf } from '../lib/proxy.ts';
import type { RuleOverrides } from '../reversal/overrides.ts';
import { type Sandbox, startSandbox, systems } from '../sandbox/index.ts';
import type { WebhookSettings } from '../webhooks/settings.ts';
import { createReversalWorkers, installRuntime, type ReversalWorkers, workflowBundle } from '../worker/worker.ts';
import { behind, GATEWAYS, type GatewayName, openStandAccounts } from './accounts.ts';

export interface StandOptions {
  /** Of a running Temporal server. */
  readonly address: string;
  readonly namespace: string;
  readonly gateways?: readonly GatewayName[];
  readonly overrides: (name: GatewayName) => RuleOverrides;
  /** PostgreSQL; an embedded ledger in a folder of its own when left out. */
  readonly ledgerUrl?: string;
  readonly rateLimit?: number;
  /** Where events are delivered; nobody is told when left out. */
  readonly webhooks?: WebhookSettings;
  /** Of the SDK's log lines on stderr: `WARN` tells every call that failed. The first stand of a process decides. */
  readonly logLevel?: LogLevel;
  /** The address of the published runbook, for the links in the Web UI. */
  readonly runbook?: string;
  /** Of the client and of the workers; payloads are plain when left out. */
  readonly payloadCodec?: PayloadCodec;
  /** Starts no workers: the test starts its own. */
  readonly withoutWorkers?: boolean;
}

export interface Stand {
  readonly sandbox: Sandbox;
  readonly ledger: Ledger;
  readonly client: ReversalClient;
  readonly temporal: Client;
  /** Starts another set of workers on this stand. */
  startWorkers(): Promise<RunningWorkers>;
  stop(): Promise<void>;
}

export interface RunningWorkers {
  /** Finishes what runs and takes no more. */
  stop(): Promise<void>;
}

async function run(workers: ReversalWorkers): Promise<RunningWorkers> {
  const running = workers.run();
  running.catch(() => {}); // told by stop()
  return {
    async stop() {
      workers.shutdown();
      await running;
    },
  };
}

/** Starts sandbox, ledger, workers and client against a running Temporal server. */
export async function startStand(options: StandOptions): Promise<Stand> {
  const gateways = options.gateways ?? GATEWAYS;
  const dataDir = await mkdtemp(join(tmpdir(), 'unwind-'));
  const used = new Set(gateways.map((name) => behind(name).system));
  const sandbox = await startSandbox({
    systems: Object.fromEntries(Object.entries(systems).filter(([name]) => used.has(name))),
  });
  const ledger = await openLedger(options.ledgerUrl === undefined ? { dataDir } : { url: options.ledgerUrl });
  const accounts = accountsOf(
    openStandAccounts(gateways, {
      sandbox,
      terminalKeys: ledger.terminalKeys,
      overrides: options.overrides,
      ...(options.rateLimit !== undefined && { rateLimit: options.rateLimit }),
    }),
  );
  const { address, namespace, runbook, payloadCodec } = options;
  const dataConverter = payloadCodec && { payloadCodecs: [payloadCodec] };
  installRuntime(options.logLevel ?? 'WARN');
  const connection = await Connection.connect({ address, ...channelArgsOf(address) });
  const native = await NativeConnection.connect({ address });
  const temporal = new Client({ connection, namespace, ...(dataConverter && { dataConverter }) });
  // A second's work that a stand without workers of its own does not need.
  let bundle: ReturnType<typeof workflowBundle> | undefined;
  const startWorkers = async () => {
    bundle ??= workflowBundle();
    const { webhooks } = options;
    return run(
      await createReversalWorkers({
        connection: native,
        namespace,
        accounts,
        ledger,
        bundle: await bundle,
        ...(runbook !== undefined && { runbook }),
        ...(webhooks && { webhooks }),
        ...(dataConverter && { dataConverter }),
      }),
    );
  };
  const first = options.withoutWorkers ? undefined : await startWorkers();
  return {
    sandbox,
    ledger,
    client: createReversalClient(temporal),
    temporal,
    startWorkers,
    async stop() {
      await first?.stop();
      await native.close();
      await connection.close();
      await sandbox.stop();
      await ledger.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
