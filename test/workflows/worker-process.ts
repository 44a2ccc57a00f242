/** A worker in a process of its own, to be killed. Owns the embedded ledger; stops where it is told to, and says so. */
import { NativeConnection } from '@temporalio/worker';
import { z } from 'zod';
import { accountsOf } from '../../src/gateways/accounts.ts';
import { alipay } from '../../src/gateways/alipay/index.ts';
import { type Ledger, openLedger } from '../../src/ledger/index.ts';
import { openOverdueOrders } from '../../src/overdue/index.ts';
import { createReversalWorkers, installRuntime } from '../../src/worker.ts';
import { BY_HAND, FASTER, NOW_AND_THEN } from './timings.ts';

const RULES = { FASTER, BY_HAND, NOW_AND_THEN };

const setup = z
  .object({
    address: z.string(),
    namespace: z.string(),
    endpoint: z.string(),
    dataDir: z.string(),
    /** PostgreSQL instead of the embedded ledger: more workers than one. */
    ledgerUrl: z.string().exactOptional(),
    credentials: z.record(z.string(), z.string()),
    bundle: z.string(),
    rules: z.enum(['FASTER', 'BY_HAND', 'NOW_AND_THEN']),
    /**
     * By order: never gets further than before the act is written down, than after that and before it is sent, or than
     * the record with which it ended.
     */
    halts: z.record(z.string(), z.enum(['beforeWriting', 'beforeSending', 'afterRecording'])),
    /** Where sweeps read. */
    overdue: z.object({ url: z.string(), view: z.string(), ratePerSecond: z.number() }).exactOptional(),
    webhooks: z
      .object({
        url: z.string(),
        secrets: z.array(z.string()).readonly(),
        timeoutMs: z.number(),
        retryForMs: z.number(),
        backOff: z.object({ firstMs: z.number(), maxMs: z.number() }),
      })
      .exactOptional(),
  })
  .parse(JSON.parse(process.env.WORKER_SETUP ?? '{}'));

export type WorkerSetup = typeof setup;

function halting(ledger: Ledger): Ledger {
  return {
    ...ledger,
    async record(recording) {
      const written = await ledger.record(recording);
      const { orderId } = recording.order;
      if (setup.halts[orderId] !== 'afterRecording' || recording.row.settledAt === undefined) return written;
      process.send?.(`halted ${orderId}`);
      return new Promise(() => {});
    },
    async aboutToSend(act) {
      const halt = setup.halts[act.order.orderId];
      if (halt === undefined || halt === 'afterRecording') return ledger.aboutToSend(act);
      if (halt === 'beforeSending') await ledger.aboutToSend(act);
      process.send?.(`halted ${act.order.orderId}`);
      return new Promise(() => {});
    },
  };
}

const ledger = await openLedger(setup.ledgerUrl === undefined ? { dataDir: setup.dataDir } : { url: setup.ledgerUrl });
const account = alipay.account.parse({
  endpoint: setup.endpoint,
  api: 'v3',
  appId: setup.credentials.appId,
  privateKey: { env: 'privateKey' },
  alipayPublicKey: { env: 'alipayPublicKey' },
});
const { name, permits } = alipay.rules(account);
const gateway = alipay.open(account, {
  secret: (ref) => ('env' in ref ? (setup.credentials[ref.env] ?? '') : ''),
  now: Date.now,
  terminalKeys: ledger.terminalKeys,
});
const overrides = { ...RULES[setup.rules], permits };
const accounts = accountsOf([{ provider: 'alipay', name: 'alipay-v3', gateway, rules: name, overrides }]);

installRuntime('ERROR');
const workers = await createReversalWorkers({
  connection: await NativeConnection.connect({ address: setup.address }),
  namespace: setup.namespace,
  accounts,
  ledger: halting(ledger),
  bundle: { codePath: setup.bundle },
  ...(setup.overdue && {
    overdue: { orders: openOverdueOrders(setup.overdue), ratePerSecond: setup.overdue.ratePerSecond },
  }),
  ...(setup.webhooks && { webhooks: setup.webhooks }),
});
const running = workers.run();
process.send?.('running');
process.on('message', (message) => {
  if (message === 'stop') workers.shutdown();
});
await running;
await ledger.close();
process.exit(0);
