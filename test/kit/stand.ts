/** Temporal, the sandbox with Paywise in it, a ledger, a worker and a client. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection } from '@temporalio/worker';
import { lastPollOf } from '../../src/client/queue.ts';
import { createReversalClient, type ReversalClient } from '../../src/client.ts';
import { startTemporalServer } from '../../src/dev/temporal-server.ts';
import { accountsOf, type OpenAccount } from '../../src/gateways/accounts.ts';
import type { GatewayDeps } from '../../src/gateways/module.ts';
import { openLedger } from '../../src/ledger/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { createReversalWorkers, installRuntime } from '../../src/worker.ts';
import { paywise } from './paywise/index.ts';
import { paywiseSystem } from './paywise-system.ts';

/** Opens the account against the sandbox; its secret is referred to, as in a configuration. */
export function openPaywise(sandbox: Sandbox, terminalKeys: GatewayDeps['terminalKeys']): OpenAccount {
  const credentials = sandbox.system('paywise').credentials();
  const account = paywise.account.parse({
    endpoint: sandbox.url('paywise'),
    keyId: credentials.keyId,
    secret: { env: 'secret' },
  });
  const secret: GatewayDeps['secret'] = (ref) => ('env' in ref ? (credentials[ref.env] ?? '') : '');
  const { name, permits } = paywise.rules(account);
  return {
    provider: paywise.provider,
    name: 'shop-1',
    gateway: paywise.open(account, { secret, now: Date.now, terminalKeys }),
    rules: name,
    overrides: {
      speed: 20,
      timing: { lookTimeout: 1000, actTimeout: 1000, actHorizon: 1500, freshness: 10_000, gap: 1000 },
      permits,
    },
  };
}

export interface KitStand {
  readonly sandbox: Sandbox;
  readonly client: ReversalClient;
  stop(): Promise<void>;
}

export async function startKitStand(): Promise<KitStand> {
  installRuntime('ERROR');
  const dataDir = await mkdtemp(join(tmpdir(), 'unwind-kit-'));
  const server = await startTemporalServer();
  const { address, namespace } = server;
  const sandbox = await startSandbox({ systems: { paywise: paywiseSystem } });
  const ledger = await openLedger({ dataDir });
  const bundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error },
  });
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const accounts = accountsOf([openPaywise(sandbox, ledger.terminalKeys)]);
  const workers = await createReversalWorkers({ connection: native, namespace, accounts, ledger, bundle });
  const running = workers.run();
  const temporal = new Client({ connection, namespace });
  // A gateway of one's own is known by the worker that serves it.
  while ((await lastPollOf(temporal, 'paywise')) === undefined) await sleep(50);
  return {
    sandbox,
    client: createReversalClient(temporal),
    async stop() {
      workers.shutdown();
      await running;
      await native.close();
      await connection.close();
      await sandbox.stop();
      await ledger.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
