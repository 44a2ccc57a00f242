/** What the people on call do with stuck reversals, in a real browser on the real Web UI of a real server. */
import { describe, expect, test } from 'vitest';
import { readAll } from '../../src/ledger/index.ts';
import { agrees, blindActs } from '../../src/stand/agreement.ts';
import { textOf } from '../docs/blocks.ts';
import { findChromium, mustHaveChromium } from '../support/chromium.ts';
import { callsOf, operationsOf, seed, untilStuck } from '../workflows/support.ts';
import { idsOf, reversal, SOON, useOperations } from './operations.ts';
import { picture } from './screenshots.ts';

/** The link that the runbook gives to the people on call. */
const LINK = /\/namespaces\/default\/workflows\?query=\S+&savedQuery=\S+/.exec(textOf('docs/runbook.md'))?.[0];
const VIEW = 'Stuck reversals';

describe.skipIf(findChromium() === undefined && !mustHaveChromium())('stuck reversals in the Web UI', () => {
  const short = reversal(1);
  const frozen = reversal(2, {}, 'alipay-classic');
  const finished = reversal(3, {}, 'alipay-classic');
  const hurried = reversal(4);
  const kept = reversal(5, { ifPaid: 'keep' });
  const stuck = [short, frozen, finished, hurried];

  const world = useOperations(async ({ stand, untilListed }) => {
    seed({ stand }, short, 'PAID', { flags: { sellerShort: true } });
    seed({ stand }, frozen, 'PAID', { flags: { frozen: true } });
    seed({ stand }, finished, 'FINISHED');
    seed({ stand }, hurried, 'PAID', { flags: { sellerShort: true } });
    seed({ stand }, kept, 'PAID');
    for (const { input } of [...stuck, kept]) await stand.client.start(input);
    for (const the of stuck) await untilStuck({ stand }, the);
    expect(await stand.client.result(kept.order)).toMatchObject({ action: 'kept' });
    await untilListed('ReversalStatus="stuck"', stuck.length);
  });
  const listed = () => world.list.ids();
  const status = () => world.workflow.status();
  const result = () => world.workflow.inputAndResult();
  const details = () => world.workflow.metadata('current details');

  test("the runbook's link lists those that are stuck, and stores the view in this browser", async () => {
    await world.list.open(world.ui, LINK);
    await expect.poll(listed, SOON).toEqual(idsOf(stuck));
    await world.list.open(world.ui);
    await expect.poll(listed, SOON).toEqual(idsOf([...stuck, kept]));
    await world.list.chooseView(VIEW);
    await expect.poll(listed, SOON).toEqual(idsOf(stuck));
  });

  test('its columns tell why each is stuck, where, and since when', async () => {
    await world.list.columns({
      add: ['ReversalStuckReason', 'ReversalAccount', 'ReversalStuckSince'],
      remove: ['Status', 'Run ID', 'Type', 'Start', 'End'],
    });
    await world.list.relativeTimes();
    const shown = async () =>
      (await world.list.rows()).map(({ 'Workflow ID': id, ...row }) => ({
        id,
        why: row.ReversalStuckReason,
        where: row.ReversalAccount,
        age: row.ReversalStuckSince,
      }));
    const row = ({ workflowId: id, order }: typeof short, why: string) => ({
      id,
      why,
      where: order.account,
      age: expect.stringMatching(/ ago$/),
    });
    const rows = [row(short, 'no-funds'), row(frozen, 'frozen'), row(finished, 'finished'), row(hurried, 'no-funds')];
    await expect.poll(shown, SOON).toEqual(expect.arrayContaining(rows));
    await picture(world.page, 'stuck-list', { width: 1400, height: 660 });
  });

  test('one of them tells what happened, and what to press', async () => {
    await world.list.openWorkflow(short.workflowId);
    await expect.poll(status, SOON).toBe('Running');
    await world.workflow.tab('user-metadata');
    expect(await world.workflow.metadata('summary')).toContain(`${short.order.orderId}: ambiguous, 12.80 CNY`);
    const told = await details();
    expect(told).toContain('Stuck: no-funds');
    expect(told).toContain(short.order.orderId);
    expect(told).toMatch(/Z look: paid/);
    expect(told).toMatch(/cancel: refused, noFunds ACQ\.SELLER_BALANCE_NOT_ENOUGH \(.*traceId \w+\)/);
    expect(told).toContain('More Actions, Send an Update');
    await picture(world.page, 'stuck-details', { height: 1880, from: world.workflow.tabs });
  });

  test('an update with a misspelt field is refused in words, and nothing is sent to the gateway', async () => {
    const before = operationsOf(world, short);
    await world.workflow.choose('Send an Update');
    expect(await world.update.choose('resubmit')).toContain('Try again from a fresh look');
    await world.update.fill({ operater: 'li', reason: 'balance topped up' });
    await world.update.submit();
    expect(await world.update.refusal()).toMatch(/^operater: unknown field\. Send for example \{ "operator"/);
    expect(operationsOf(world, short)).toBe(before);
    await world.update.cancel();
  });

  test('resubmitted by the form after the balance was topped up, it ends refunded', async () => {
    world.stand.sandbox.happen('alipay', short.order.orderId, { name: 'fund' });
    await world.workflow.choose('Send an Update');
    await world.update.choose('resubmit');
    await world.update.fill({ operator: 'li', reason: 'balance topped up' });
    await picture(world.page, 'resubmit-form');
    await world.update.submit();
    await world.update.untilDone();
    await expect.poll(status, SOON).toBe('Completed');
    await world.workflow.tab('timeline');
    await expect.poll(result, SOON).toContain('"action": "refunded"');
    expect(agrees('refunded', world.truthOf(short))).toBe(true);
    expect(world.truthOf(short)).toMatchObject({ taken: 1280, returned: 1280 });
    expect(blindActs(callsOf(world, short))).toEqual([]);
    const sent = { message: 'resubmit', operator: 'li', reason: 'balance topped up' };
    const journal = await readAll(world.stand.ledger.journal, short.order);
    expect(journal).toContainEqual(expect.objectContaining({ kind: 'operator', body: sent }));
  });

  test('its timeline tells the story: what was called, why it waited, what was recorded', async () => {
    await world.workflow.open(world.ui, short.workflowId);
    const told = () => world.workflow.timeline();
    // The newest is at the top. On a busy machine there are more looks.
    const story = [
      'record • final, refunded',
      'look',
      'cancel • call \\d',
      'look',
      'resubmit',
      'stuck, no-funds: waits for people',
      'record • stuck, no-funds',
      'look',
      'cancel • call 1',
      'look',
      'openCase',
    ];
    await expect.poll(told, SOON).toMatch(new RegExp(`\\n${story.join('\\n(.*\\n)*')}$`));
    await picture(world.page, 'timeline', { height: 1220 });
  });

  test('it is gone from the view, the others are still there', async () => {
    await world.untilListed('ReversalStatus="stuck"', stuck.length - 1);
    await world.list.open(world.ui);
    await world.list.chooseView(VIEW);
    await expect.poll(listed, SOON).toEqual(idsOf([frozen, finished, hurried]));
  });

  test('resubmitted with an empty box, by somebody in a hurry, it ends refunded as well', async () => {
    world.stand.sandbox.happen('alipay', hurried.order.orderId, { name: 'fund' });
    await world.list.openWorkflow(hurried.workflowId);
    await world.workflow.choose('Send an Update');
    await world.update.choose('resubmit');
    await world.update.submit();
    await world.update.untilDone();
    await expect.poll(status, SOON).toBe('Completed');
    await expect.poll(result, SOON).toContain('"action": "refunded"');
    expect(world.truthOf(hurried)).toMatchObject({ taken: 1280, returned: 1280 });
    await world.workflow.tab('user-metadata');
    await expect.poll(details, SOON).toContain('resubmit by somebody');
    await picture(world.page, 'finished', { height: 1100, from: world.workflow.head });
  });

  test('settled by hand against what the gateway shows, it is refused in one sentence and stays open', async () => {
    await world.workflow.open(world.ui, frozen.workflowId);
    await world.workflow.choose('Send an Update');
    await world.update.choose('resolve');
    await world.update.fill({ operator: 'li', finalAction: 'refunded', evidence: 'case 77' });
    await world.update.submit();
    expect(await world.update.refusal()).toMatch(/^The gateway contradicts "refunded": it shows "paid" now\./);
    await picture(world.page, 'resolve-refused');
    expect(operationsOf(world, frozen)).toMatch(/ query$/);
    await world.update.cancel();
    expect(await status()).toBe('Running');
  });

  test('settled by hand as the gateway shows it, it ends, with who decided it and why', async () => {
    await world.workflow.choose('Send an Update');
    await world.update.choose('resolve');
    await world.update.fill({ operator: 'li', finalAction: 'kept', evidence: 'the customer keeps the goods, case 77' });
    await world.update.submit();
    await world.update.untilDone();
    await expect.poll(status, SOON).toBe('Completed');
    await expect.poll(result, SOON).toMatch(/"action": "manual"[\s\S]*"finalAction": "kept"/);
    expect(await world.stand.ledger.reversal(frozen.order)).toMatchObject({ finalAction: 'manual', by: 'operator' });
    expect(agrees('kept', world.truthOf(frozen))).toBe(true);
  });

  test('*Request Cancellation* looks once more, records what is known, and ends it', async () => {
    await world.workflow.open(world.ui, finished.workflowId);
    const looks = callsOf(world, finished).length;
    await world.workflow.requestCancellation();
    await expect.poll(status, SOON).toBe('Canceled');
    expect(operationsOf(world, finished)).toMatch(/ query$/);
    expect(callsOf(world, finished).length).toBeGreaterThan(looks);
    expect(await world.stand.ledger.reversal(finished.order)).toMatchObject({
      status: 'abandoned',
      detail: { kind: 'abandoned', lastView: 'paid' },
    });
    expect(world.truthOf(finished)).toMatchObject({ taken: 1280, returned: 0 });
  });
});
