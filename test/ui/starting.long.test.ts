/** What people start by the form of the Web UI: one reversal, one like another, and many that are stuck. */
import { describe, expect, test } from 'vitest';
import { OPERATIONS_QUEUE, taskQueueOf } from '../../src/protocol/start.ts';
import { agrees, blindActs } from '../../src/stand/agreement.ts';
import { findChromium, mustHaveChromium } from '../support/chromium.ts';
import { type Case, callsOf, seed, stepsOf, untilStuck } from '../workflows/support.ts';
import { idsOf, reversal, SOON, useOperations } from './operations.ts';
import { picture } from './screenshots.ts';

const BATCH = { stuckReason: 'no-funds', account: 'alipay-v3', operator: 'li', reason: 'topped up' };

describe.skipIf(findChromium() === undefined && !mustHaveChromium())('the form *Start Workflow* of the Web UI', () => {
  const mended = [reversal(1), reversal(2), reversal(3)] as const;
  const broke = reversal(4);
  const elsewhere = reversal(5, {}, 'alipay-classic');
  const stuck = [...mended, broke, elsewhere];

  const world = useOperations(async ({ stand, untilListed }) => {
    for (const the of stuck) {
      seed({ stand }, the, 'PAID', { flags: { sellerShort: true } });
      await stand.client.start(the.input);
    }
    for (const the of stuck) expect(await untilStuck({ stand }, the)).toBe('no-funds');
    await untilListed('ReversalStatus="stuck"', stuck.length);
  });
  const listed = () => world.list.ids();
  const status = () => world.workflow.status();
  const result = () => world.workflow.inputAndResult();
  const details = async () => (await world.workflow.metadata('current details')).trim();
  const openForm = ({ workflowId }: Case) =>
    world.start.open(world.ui, { workflowId, taskQueue: taskQueueOf('alipay'), workflowType: 'reversePayment' });

  const started = reversal(6, { reason: 'void' });

  test('starts a reversal, from a link that fills in all but the input', async () => {
    seed(world, started, 'PAID');
    await openForm(started);
    await world.start.fill(started.input);
    await picture(world.page, 'start-form', { height: 1150 });
    await world.start.start();
    await expect.poll(status, SOON).toBe('Completed');
    await expect.poll(result, SOON).toContain('"action": "refunded"');
    expect(agrees('refunded', world.truthOf(started))).toBe(true);
    expect(blindActs(callsOf(world, started))).toEqual([]);
  });

  test('*Start Workflow Like This One* on one that is refunded ends refunded again, and moves no money', async () => {
    const { orderId } = started.order;
    const money = world.stand.sandbox.money({ system: 'alipay', orderId });
    const calls = callsOf(world, started).length;
    await world.workflow.choose('Start Workflow Like This One');
    await world.start.untilReady();
    await world.start.start();
    await expect.poll(async () => callsOf(world, started).length, SOON).toBeGreaterThan(calls);
    await expect.poll(status, SOON).toBe('Completed');
    await expect.poll(result, SOON).toContain('"action": "refunded"');
    expect(world.stand.sandbox.money({ system: 'alipay', orderId })).toEqual(money);
    expect(stepsOf(world, started)).toBe('query refund query');
  });

  test('a bad request ends at once with every problem in words, and the gateway hears nothing of it', async () => {
    const the = reversal(7);
    seed(world, the, 'PAID');
    await openForm(the);
    const { currency: _, ...input } = the.input;
    await world.start.fill({ ...input, amount: '12.80', reason: 'mistake', operator: 'li' });
    await world.start.start();
    await expect.poll(status, SOON).toBe('Failed');
    const problems = async () => (await result()).split('The reversal request is not valid: ')[1];
    const expected = [
      'amount: must be a number',
      'currency: is missing',
      'reason: must be one of ambiguous, timeout, void',
      'operator: unknown field',
    ];
    await expect.poll(problems, SOON).toMatch(new RegExp(`^${expected.join('; ')}"`));
    expect(callsOf(world, the)).toEqual([]);
    expect(world.truthOf(the)).toMatchObject({ taken: 1280, returned: 0 });
  });

  test('from the details of one that is stuck to the form for many: a dry run counts, and sends nothing', async () => {
    const before = stuck.map((the) => callsOf(world, the).length);
    await world.workflow.open(world.ui, mended[0].workflowId);
    await world.workflow.tab('user-metadata');
    await world.workflow.follow('Resubmit many');
    await world.start.untilReady();
    expect(await world.start.filledIn()).toEqual({
      workflowId: 'resubmit-no-funds',
      taskQueue: OPERATIONS_QUEUE,
      workflowType: 'resubmitStuckReversals',
    });
    await world.start.fill({ ...BATCH, dryRun: true });
    await picture(world.page, 'batch-form', { height: 1050 });
    await world.start.start();
    await expect.poll(status, SOON).toBe('Completed');
    await expect.poll(result, SOON).toMatch(/"matched": 4[\s\S]*"resubmitted": 0/);
    await world.workflow.tab('user-metadata');
    await expect
      .poll(details, SOON)
      .toMatch(/0 of 4 resubmitted\s+Nothing was sent: this was a dry run\.\s+Matched: 4 \(4 no-funds\)$/);
    expect(stuck.map((the) => callsOf(world, the).length)).toEqual(before);
  });

  test('then for real, from the same form: its details tell what became of them', async () => {
    for (const { order } of mended) world.stand.sandbox.happen('alipay', order.orderId, { name: 'fund' });
    await world.workflow.choose('Start Workflow Like This One');
    await world.start.untilReady();
    await world.start.fill(BATCH);
    await world.start.start();
    await expect.poll(status, { timeout: 90_000 }).toBe('Completed');
    await world.page.reload();
    await world.workflow.tab('user-metadata');
    await expect
      .poll(details, SOON)
      .toMatch(/4 of 4 resubmitted\s+Done\.[\s\S]*Concluded since: 3\s+Stuck again: 1\s+Under way.*: 0\s/);
    await picture(world.page, 'batch-details', { height: 900 });
    for (const the of mended) {
      expect(world.truthOf(the)).toMatchObject({ taken: 1280, returned: 1280 });
      expect(blindActs(callsOf(world, the))).toEqual([]);
    }
    for (const the of [broke, elsewhere]) expect(world.truthOf(the)).toMatchObject({ taken: 1280, returned: 0 });
  });

  test('its links list those of the batch, and those of them that are stuck again', async () => {
    await world.workflow.follow('All of this batch');
    await expect.poll(listed, SOON).toEqual(idsOf([...mended, broke]));
    await world.page.close();
    await world.workflow.follow('Stuck again');
    await expect.poll(listed, SOON).toEqual([broke.workflowId]);
  });
});
