/** What has ended, looked at again; and cases that nobody works on. */
import { expect, test } from 'vitest';
import type { AuditInput, AuditReport } from '../../src/protocol/audit.ts';
import { OPERATIONS_QUEUE, taskQueueOf } from '../../src/protocol/start.ts';
import {
  type Case,
  callsOf,
  handleOf,
  moneyOf,
  newCase,
  seed,
  stateOf,
  until,
  untilStuck,
  useStand,
} from './support.ts';
import { timed } from './timings.ts';

const world = useStand({ overrides: () => timed({ selfCheck: 600_000, backOff: { slowEvery: 600_000 } }) });

let audits = 0;
function audit(input?: AuditInput): Promise<AuditReport> {
  audits += 1;
  return world.stand.temporal.workflow.execute('auditReversals', {
    workflowId: `audit-${audits}`,
    taskQueue: OPERATIONS_QUEUE,
    args: input === undefined ? [] : [input],
  });
}

async function ended(request: Parameters<typeof newCase>[0], state: string): Promise<Case> {
  const the = newCase(request);
  seed(world, the, state);
  await world.stand.client.start(the.input);
  await world.stand.client.result(the.order);
  return the;
}

test('reports what the gateway now contradicts, what was terminated, and nothing else', async () => {
  const refunded = await ended({ ifPaid: 'reverse' }, 'PAID');
  const kept = await ended({}, 'PAID');
  const absent = await ended({}, 'ABSENT');
  const stuck = newCase({ ifPaid: 'reverse' });
  seed(world, stuck, 'PAID', { flags: { sellerShort: true } });
  await world.stand.client.start(stuck.input);
  await untilStuck(world, stuck);

  const well = await audit();
  expect(well).toMatchObject({ looked: 3, contradicted: [], open: 1, withoutWorkflow: [], notChecked: {}, more: 0 });

  // Paid after the watch was over, and nobody told us.
  world.stand.sandbox.happen('alipay', absent.order.orderId, { name: 'createAndPay' });
  await handleOf(world, stuck).terminate('a person, in a hurry');
  const calls = [refunded, kept, absent, stuck].map((the) => callsOf(world, the).length);
  const found = await audit({ sinceHours: 1, ratePerSecond: 20 });
  expect(found.contradicted).toEqual([{ ...absent.order, recorded: 'nothing_to_reverse', shown: 'paid' }]);
  expect(found.withoutWorkflow).toEqual([{ ...stuck.order, status: 'stuck', workflow: 'terminated' }]);
  expect(found).toMatchObject({ looked: 3, open: 1 });
  // One look each at what has ended, none at what is open, and no act at all.
  const later = [refunded, kept, absent, stuck].map((the) => callsOf(world, the).length);
  expect(later.map((count, index) => count - (calls[index] ?? 0))).toEqual([1, 1, 1, 0]);

  // What the report is for: started again, both end right.
  world.stand.sandbox.happen('alipay', stuck.order.orderId, { name: 'fund' });
  for (const the of [absent, stuck]) {
    await world.stand.client.start(the.input);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  }
  await until(async () => (await audit()).contradicted.length === 0);
  expect(await audit()).toMatchObject({ contradicted: [], withoutWorkflow: [], open: 0 });
});

test('reports workflows that failed and those that no worker has begun which knows the account, known to the ledger or not', async () => {
  const [failed, unserved] = [newCase(), newCase({ account: 'nobodys' })];
  await world.stand.temporal.workflow.start('reversePayment', {
    workflowId: failed.workflowId,
    taskQueue: taskQueueOf('alipay'),
    args: [{ ...failed.input, amount: 'twelve' }],
  });
  await expect(handleOf(world, failed).result()).rejects.toThrow();
  await world.stand.client.start(unserved.input);
  await until(async () => (await stateOf(world, unserved.order))?.status === 'unserved');
  const report = await until(async () => {
    const found = await audit({ sinceHours: 1 });
    return found.failed?.length === 1 ? found : undefined;
  });
  expect(report.failed).toMatchObject([{ ...failed.order, ledger: 'nothing', workflow: 'failed' }]);
  // A minute of grace: a worker that is busy begins late.
  expect(report.notBegun).toEqual([]);
  await handleOf(world, unserved).terminate('enough');
});

test('what cannot be looked at is counted as not checked, never as well', async () => {
  world.stand.sandbox.outage('alipay', true);
  const report = await audit({ sinceHours: 1, ratePerSecond: 50 });
  world.stand.sandbox.outage('alipay', false);
  expect(report.contradicted).toEqual([]);
  const notChecked = Object.values(report.notChecked).reduce((sum, count) => sum + count, 0);
  expect(notChecked).toBe(report.looked);
  expect(report.looked).toBeGreaterThan(0);
});

test('bad input ends it at once with every problem', async () => {
  await expect(audit(JSON.parse('{"sinceHours":-1,"ratePerSecond":"fast","hours":2}'))).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/sinceHours: .*ratePerSecond: .*hours: unknown field/) },
  });
});
