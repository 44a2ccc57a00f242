/** The worker under measurement. It serves both sides, one at a time: same process, same gateway, same ledger. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { accountsOf, type OpenAccount } from '../../src/gateways/accounts.ts';
import { alipay } from '../../src/gateways/alipay/index.ts';
import { openEmbedded } from '../../src/ledger/database.ts';
import { ledgerOver } from '../../src/ledger/ledger.ts';
import { createReversalWorkers, installRuntime, workflowBundle } from '../../src/worker.ts';
import { createBareActivities } from '../bare/activities.ts';
import { createBareWorker } from '../bare/worker.ts';
import { type GatewayReady, workerSetup } from './contract.ts';
import { serveParent } from './helper.ts';

function openAccounts(ready: GatewayReady): OpenAccount[] {
  return Object.entries(ready).map(([name, { endpoint, credentials }]) => {
    const account = alipay.account.parse({
      api: 'v3',
      endpoint,
      appId: credentials.appId,
      privateKey: { env: 'privateKey' },
      alipayPublicKey: { env: 'alipayPublicKey' },
    });
    const gateway = alipay.open(account, {
      secret: (ref) => ('env' in ref ? (credentials[ref.env] ?? '') : ''),
      now: Date.now,
      terminalKeys: { load: async () => undefined, replace: async () => false },
    });
    const { name: rules, permits } = alipay.rules(account);
    return { provider: alipay.provider, name, gateway, rules, overrides: { permits } };
  });
}

serveParent(async (setup) => {
  const { address, namespace, accounts: ready } = workerSetup.parse(setup);
  const dataDir = await mkdtemp(join(tmpdir(), 'unwind-bench-'));
  const database = await openEmbedded(dataDir, 'own');
  const ledger = ledgerOver(database, () => {
    throw new Error('no terminal is measured');
  });
  const accounts = accountsOf(openAccounts(ready));
  installRuntime('WARN');
  const connection = await NativeConnection.connect({ address });
  const bundle = await workflowBundle();
  const reversals = await createReversalWorkers({ connection, namespace, accounts, ledger, bundle });
  const bare = await createBareWorker(connection, namespace, createBareActivities(accounts, database.db));
  const running = Promise.all([reversals.run(), bare.run()]);
  running.catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
  return {
    ready: { bundleBytes: 'code' in bundle ? bundle.code.length : undefined },
    /** The only question there is: collect the garbage, so that resident memory means something. */
    answer() {
      globalThis.gc?.();
      return true;
    },
    async stop() {
      reversals.shutdown();
      bare.shutdown();
      await running;
      await connection.close();
      await ledger.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
});
