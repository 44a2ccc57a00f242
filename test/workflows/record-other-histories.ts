/** What is kept in `test/histories` beside the reversals of `record-histories.ts`: other workflows, other workers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { deliveryIdOf } from '../../src/activities/start-delivery.ts';
import type { OpenAccount } from '../../src/gateways/accounts.ts';
import { readAll } from '../../src/ledger/index.ts';
import { OPERATIONS_QUEUE, taskQueueOf, WEBHOOKS_QUEUE } from '../../src/protocol/start.ts';
import type { OrderKey } from '../../src/reversal/request.ts';
import type { OrderSeed } from '../../src/sandbox/index.ts';
import { type Case, handleOf, newCase, seed, type startWorkers, until, untilStuck, type World } from './support.ts';

/** A server with short histories, workers for everything, a receiver and a view of overdue orders. */
export interface Stage {
  readonly world: World;
  list(order: OrderKey): Promise<void>;
  /** Stops the workers while others run in their place. */
  instead<T>(options: Parameters<typeof startWorkers>[1], run: () => Promise<T>): Promise<T>;
  /** Makes the receiver refuse everything, or take everything. */
  refuse(all: boolean): void;
}

/** Longer than a look may take inside a workflow task: what a busy machine does. */
const TOO_LONG_MS = 3000;

function firstLookTakesTooLong(accounts: readonly OpenAccount[]): readonly OpenAccount[] {
  let first = true;
  return accounts.map((account) => ({
    ...account,
    gateway: {
      ...account.gateway,
      async look(...args) {
        if (first) {
          first = false;
          await sleep(TOO_LONG_MS);
        }
        return account.gateway.look(...args);
      },
    },
  }));
}

type Row = (stage: Stage) => Promise<WorkflowHandle>;

async function started(
  { world }: Stage,
  state: string,
  request: Parameters<typeof newCase>[0] = {},
  more: Partial<OrderSeed> = {},
): Promise<Case> {
  const the = newCase(request);
  seed(world, the, state, more);
  await world.stand.client.start(the.input);
  return the;
}

async function kept(stage: Stage): Promise<Case> {
  const the = await started(stage, 'PAID');
  await stage.world.stand.client.result(the.order);
  return the;
}

async function run({ world }: Stage, type: string, taskQueue: string, ...args: unknown[]): Promise<WorkflowHandle> {
  const handle = await world.stand.temporal.workflow.start(type, { workflowId: `recorded/${type}`, taskQueue, args });
  await handle.result();
  return handle;
}

/** Settled are all events of an order that has ended, since its reversal had started their delivery. */
async function delivery(stage: Stage): Promise<WorkflowHandle> {
  const { stand } = stage.world;
  const { order } = await kept(stage);
  await until(async () => {
    const events = await readAll(stand.ledger.deliveries, order);
    return events.length === 2 && events.every(({ delivery }) => delivery !== 'due');
  });
  const handle = stand.temporal.workflow.getHandle(deliveryIdOf(order));
  await until(async () => (await handle.describe()).status.name !== 'RUNNING');
  return handle;
}

/** Busy so often that its history grows too long; `first` is the run that was continued. */
async function continued(stage: Stage, which: 'first' | 'next'): Promise<WorkflowHandle> {
  const { stand } = stage.world;
  const faults: OrderSeed['faults'] = [{ operation: 'cancel', business: { name: 'retryFlagY' }, times: 9 }];
  const the = await started(stage, 'PAID', { ifPaid: 'reverse' }, { faults });
  const { runId } = await handleOf(stage.world, the).describe();
  await stand.client.result(the.order);
  const last = await handleOf(stage.world, the).describe();
  if (last.runId === runId) throw new Error('it was not continued');
  return stand.temporal.workflow.getHandle(the.workflowId, which === 'first' ? runId : last.runId);
}

export const OTHERS: Readonly<Record<string, Row>> = {
  'continued-first-run': (stage) => continued(stage, 'first'),
  'continued-next-run': (stage) => continued(stage, 'next'),
  'rate-limited': (stage) =>
    stage.instead({ rateLimit: 20 }, async () => {
      const the = await started(stage, 'PAID', { ifPaid: 'reverse' });
      await stage.world.stand.client.result(the.order);
      return handleOf(stage.world, the);
    }),
  'look-that-took-too-long': (stage) =>
    stage.instead({ accounts: firstLookTakesTooLong }, async () => {
      const the = await started(stage, 'PAID', { ifPaid: 'reverse' });
      await stage.world.stand.client.result(the.order);
      return handleOf(stage.world, the);
    }),
  async 'refused-input'({ world: { stand } }) {
    const workflowId = 'reversal/alipay/alipay-v3/REFUSED';
    const options = { workflowId, taskQueue: taskQueueOf('alipay'), args: [{ amount: -1 }] };
    const handle = await stand.temporal.workflow.start('reversePayment', options);
    await until(async () => (await handle.describe()).status.name === 'FAILED');
    return handle;
  },
  async 'batch-of-resubmissions'(stage) {
    const { world } = stage;
    const stuck = await started(stage, 'PAID', { ifPaid: 'reverse' }, { flags: { sellerShort: true } });
    await untilStuck(world, stuck);
    await until(async () => {
      for await (const { workflowId } of world.stand.client.list({ status: 'stuck' }))
        if (workflowId === stuck.workflowId) return true;
      return false;
    });
    world.stand.sandbox.happen('alipay', stuck.order.orderId, { name: 'fund' });
    const form = { operator: 'Li Na', reason: 'topped up', stuckReason: 'no-funds', ratePerSecond: 20 };
    const handle = await run(stage, 'resubmitStuckReversals', OPERATIONS_QUEUE, form);
    await world.stand.client.result(stuck.order);
    return handle;
  },
  async audit(stage) {
    await kept(stage);
    return run(stage, 'auditReversals', OPERATIONS_QUEUE, { sinceHours: 1, ratePerSecond: 50 });
  },
  async 'sweep-of-overdue-orders'(stage) {
    const the = newCase();
    seed(stage.world, the, 'WAITING');
    await stage.list(the.order);
    const handle = await run(stage, 'sweepOverdueOrders', OPERATIONS_QUEUE);
    await stage.world.stand.client.result(the.order);
    return handle;
  },
  async 'order-found'(stage) {
    const { order } = await kept(stage);
    const outcome = await stage.world.stand.client.result(order);
    const { gatewayId } = (outcome.kind === 'final' && outcome.proof.evidence) || {};
    const { provider, account } = order;
    return run(stage, 'findOrder', taskQueueOf('alipay'), { provider, account, gatewayId });
  },
  'webhooks-delivered': delivery,
  async 'webhooks-given-up'(stage) {
    stage.refuse(true);
    try {
      return await delivery(stage);
    } finally {
      stage.refuse(false);
    }
  },
  'sweep-of-webhooks': (stage) => run(stage, 'sweepWebhooks', WEBHOOKS_QUEUE),
  'terminal-keys': (stage) =>
    run(stage, 'rotateTerminalKeys', taskQueueOf('shouqianba'), { provider: 'shouqianba', account: 'shouqianba' }),
};
