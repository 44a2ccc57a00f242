/** What the people on call do, in a real browser on the real Web UI of a real server. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTemporalServer, type TemporalServer } from '../../src/dev/temporal-server.ts';
import { agrees, blindActs } from '../../src/stand/agreement.ts';
import { type Stand, startStand } from '../../src/stand/stand.ts';
import { taskQueueOf } from '../../src/workflows/task-queue.ts';
import { textOf } from '../docs/blocks.ts';
import { findChromium, mustHaveChromium } from '../support/chromium.ts';
import { type Case, callsOf, newCase, operationsOf, seed, until, untilStuck } from '../workflows/support.ts';
import { timed } from '../workflows/timings.ts';
import { usePage } from './browser.ts';
import { StartForm, UpdateForm } from './forms.ts';
import { WorkflowList } from './list.ts';
import { picture } from './screenshots.ts';
import { WorkflowPage } from './workflow.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

/** Fast until it is stuck; then nothing happens by itself before a person has read, typed and pressed. */
const overrides = timed({ selfCheck: 3_600_000, backOff: { slowEvery: 3_600_000 } });

/** The link that the runbook gives to the people on call. */
const LINK = /\/namespaces\/default\/workflows\?query=\S+&savedQuery=\S+/.exec(textOf('docs/operations.md'))?.[0];
const VIEW = 'Stuck reversals';
/** For what the page shows a moment later; on a busy machine the moment is long. */
const SOON = { timeout: 30_000 };

describe.skipIf(findChromium() === undefined && !mustHaveChromium())('operations in the Web UI', () => {
  const browser = usePage();
  let server: TemporalServer;
  let stand: Stand;
  let ui: string;
  const world = {
    get stand() {
      return stand;
    },
  };

  const reversal = (orderId: string, request: Parameters<typeof newCase>[0] = {}, gateway?: 'alipay-classic') =>
    newCase({ orderId, ifPaid: 'reverse', ...request }, gateway);
  const short = reversal('RV20261120000001');
  const frozen = reversal('RV20261120000002', {}, 'alipay-classic');
  const finished = reversal('RV20261120000003', {}, 'alipay-classic');
  const kept = reversal('RV20261120000004', { ifPaid: 'keep' });
  const stuck = [short, frozen, finished];

  const list = () => new WorkflowList(browser.page);
  const workflow = () => new WorkflowPage(browser.page);
  const truthOf = ({ order: { orderId } }: Case) => {
    const truth = stand.sandbox.truth('alipay', orderId);
    if (truth === undefined) throw new Error(`the sandbox has no order ${orderId}`);
    return truth;
  };
  /** The visibility of the server comes a moment after the workflow. */
  const untilListed = (query: string, count: number) =>
    until(async () => (await stand.temporal.workflow.count(query)).count === count);
  const idsOf = (cases: readonly Case[]) => cases.map(({ workflowId }) => workflowId).sort();
  const listed = () => list().ids();
  const status = () => workflow().status();
  const result = () => workflow().inputAndResult();

  beforeAll(async () => {
    server = await startTemporalServer({ uiPort: 0 });
    const { address, namespace, uiUrl } = server;
    if (uiUrl === undefined) throw new Error('the server was started with its Web UI');
    ui = uiUrl;
    stand = await startStand({
      address,
      namespace,
      gateways: ['alipay-classic', 'alipay-v3'],
      overrides: () => overrides,
      logLevel: 'ERROR',
    });
    seed(world, short, 'PAID', { flags: { sellerShort: true } });
    seed(world, frozen, 'PAID', { flags: { frozen: true } });
    seed(world, finished, 'FINISHED');
    seed(world, kept, 'PAID');
    for (const { input } of [...stuck, kept]) await stand.client.start(input);
    for (const the of stuck) await untilStuck(world, the);
    expect(await stand.client.result(kept.order)).toMatchObject({ action: 'kept' });
    await untilListed('ReversalStatus="stuck"', stuck.length);
    await list().open(ui);
    await list().narrowMenu();
  });
  afterAll(async () => {
    await stand?.stop();
    await server?.stop();
  });

  test("the runbook's link lists those that are stuck, and stores the view in this browser", async () => {
    await list().open(ui, LINK);
    await expect.poll(listed, SOON).toEqual(idsOf(stuck));
    await list().open(ui);
    await expect.poll(listed, SOON).toEqual(idsOf([...stuck, kept]));
    await list().chooseView(VIEW);
    await expect.poll(listed, SOON).toEqual(idsOf(stuck));
  });

  test('its columns tell why each is stuck, where, and for how long', async () => {
    await list().columns({
      add: ['ReversalStuckReason', 'ReversalAccount'],
      remove: ['Status', 'Run ID', 'Type', 'End'],
    });
    await list().relativeTimes();
    const shown = async () =>
      (await list().rows()).map(({ 'Workflow ID': id, ...row }) => ({
        id,
        why: row.ReversalStuckReason,
        where: row.ReversalAccount,
        age: row.Start,
      }));
    const row = ({ workflowId: id }: Case, why: string, where: string) => ({
      id,
      why,
      where,
      age: expect.stringMatching(/ ago$/),
    });
    await expect
      .poll(shown, SOON)
      .toEqual([
        row(finished, 'finished', 'alipay-classic'),
        row(frozen, 'frozen', 'alipay-classic'),
        row(short, 'no-funds', 'alipay-v3'),
      ]);
    await picture(browser.page, 'stuck-list', 660);
  });

  test('one of them tells what happened, and what to press', async () => {
    await list().openWorkflow(short.workflowId);
    await expect.poll(status, SOON).toBe('Running');
    await workflow().tab('user-metadata');
    expect(await workflow().metadata('summary')).toContain('12.80 CNY');
    const details = await workflow().metadata('current details');
    expect(details).toContain('Stuck: no-funds');
    expect(details).toContain(short.order.orderId);
    expect(details).toMatch(/cancel: refused \(ACQ\.SELLER_BALANCE_NOT_ENOUGH\)/);
    expect(details).toContain('More Actions, Send an Update');
    await picture(browser.page, 'stuck-details', 1400);
  });

  test('an update that lacks the reason is refused in words, and nothing is sent to the gateway', async () => {
    const before = operationsOf(world, short);
    await workflow().choose('Send an Update');
    const form = new UpdateForm(browser.page);
    expect(await form.choose('resubmit')).toContain('Try again from a fresh look');
    await form.fill({ operator: 'li' });
    await form.submit();
    expect(await form.refusal()).toMatch(/^reason: must be 1 to 500 characters\. Send for example \{ "operator"/);
    expect(operationsOf(world, short)).toBe(before);
    await form.cancel();
  });

  test('resubmitted by the form after the balance was topped up, it ends refunded', async () => {
    stand.sandbox.happen('alipay', short.order.orderId, { name: 'fund' });
    await workflow().choose('Send an Update');
    const form = new UpdateForm(browser.page);
    await form.choose('resubmit');
    await form.fill({ operator: 'li', reason: 'balance topped up' });
    await picture(browser.page, 'resubmit-form');
    await form.submit();
    await form.untilDone();
    await expect.poll(status, SOON).toBe('Completed');
    await workflow().tab('timeline');
    await expect.poll(result, SOON).toContain('"action": "refunded"');
    await picture(browser.page, 'resubmitted', 1190);
    expect(agrees('refunded', truthOf(short))).toBe(true);
    expect(truthOf(short)).toMatchObject({ taken: 1280, returned: 1280 });
    expect(blindActs(callsOf(world, short))).toEqual([]);
    const sent = { message: 'resubmit', operator: 'li', reason: 'balance topped up' };
    const journal = await stand.ledger.journal(short.order);
    expect(journal).toContainEqual(expect.objectContaining({ kind: 'operator', body: sent }));
  });

  test('it is gone from the view, the others are still there', async () => {
    await untilListed('ReversalStatus="stuck"', stuck.length - 1);
    await list().open(ui);
    await list().chooseView(VIEW);
    await expect.poll(listed, SOON).toEqual(idsOf([frozen, finished]));
  });

  test('a reversal is started by the form, from a link that fills in all but the input', async () => {
    const the = reversal('RV20261120000005', { reason: 'void' });
    seed(world, the, 'PAID');
    const form = new StartForm(browser.page);
    await form.open(ui, {
      workflowId: the.workflowId,
      taskQueue: taskQueueOf('alipay'),
      workflowType: 'reversePayment',
    });
    await form.fill(the.input);
    await picture(browser.page, 'start-form', 1150);
    await form.start();
    await form.openStarted();
    await expect.poll(status, SOON).toBe('Completed');
    await expect.poll(result, SOON).toContain('"action": "refunded"');
    expect(agrees('refunded', truthOf(the))).toBe(true);
    expect(blindActs(callsOf(world, the))).toEqual([]);
  });

  test('a bad request ends at once with every problem listed, and the gateway hears nothing of it', async () => {
    const the = reversal('RV20261120000006');
    seed(world, the, 'PAID');
    const form = new StartForm(browser.page);
    await form.open(ui, {
      workflowId: the.workflowId,
      taskQueue: taskQueueOf('alipay'),
      workflowType: 'reversePayment',
    });
    await form.fill({ ...the.input, amount: '12.80', reason: 'mistake', operator: 'li' });
    await form.start();
    await form.openStarted();
    await expect.poll(status, SOON).toBe('Failed');
    const problems = async () => (await result()).split('The reversal request is not valid: ')[1];
    await expect.poll(problems, SOON).toMatch(/amount: .*; reason: .*operator/);
    expect(callsOf(world, the)).toEqual([]);
    expect(truthOf(the)).toMatchObject({ taken: 1280, returned: 0 });
  });
});
