/**
 * The runbook, tried: one section a stuck reason, and its commands run as they stand, on reversals that are stuck for
 * that very reason.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTemporalServer, type TemporalServer } from '../../src/dev/temporal-server.ts';
import { OPERATIONS_QUEUE } from '../../src/protocol/start.ts';
import { STUCK_REASONS, type StuckReason } from '../../src/reversal/outcome.ts';
import type { OrderKey } from '../../src/reversal/request.ts';
import { workflowIdOf } from '../../src/reversal/workflow-id.ts';
import { behind } from '../../src/stand/accounts.ts';
import { agrees } from '../../src/stand/agreement.ts';
import { type Stand, startStand } from '../../src/stand/stand.ts';
import type { auditReversals } from '../../src/workflows/audit-reversals.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { until } from '../workflows/until.ts';
import { sectionsOf } from './sections.ts';
import { openShell, type Shell } from './shell.ts';
import { overridesOf, STUCK_ORDERS } from './stuck-orders.ts';

const DOCUMENT = 'docs/runbook.md';
const AMOUNT = 1280;
const REASONS = Object.keys(STUCK_REASONS) as readonly StuckReason[];
const SECTIONS = sectionsOf(DOCUMENT);
/** Those below *Reason by reason*, and those before it. */
const FIRST = SECTIONS.findIndex(({ title }) => title === 'Reason by reason') + 1;
const LAST = SECTIONS.findIndex(({ level }, at) => at >= FIRST && level < 3);
const BY_REASON = SECTIONS.slice(FIRST, LAST);
const GENERAL = [...SECTIONS.slice(0, FIRST), ...SECTIONS.slice(LAST)];

const ORDER = { provider: 'alipay', account: 'alipay-v3', orderId: 'RV20261120000001' } as const;
const CLOSURE = { ...ORDER, orderId: 'RV20261120000002' } as const;

interface Named extends OrderKey {
  /** A person settles it; otherwise the cause is taken away before the commands are run. */
  readonly resolved: boolean;
}

/** The orders that the commands of a reason's section name: `NO-FUNDS-1`, `NO-FUNDS-2`. */
function ordersOf(reason: StuckReason): readonly Named[] {
  const { gateway } = STUCK_ORDERS[reason];
  const account = { provider: behind(gateway).provider, account: gateway };
  const code = BY_REASON.filter(({ title }) => title === reason).flatMap(({ blocks }) => blocks.map((b) => b.code));
  const names = code.join('\n').match(new RegExp(`\\b${reason.toUpperCase()}-\\d\\b`, 'g')) ?? [];
  return [...new Set(names)].sort().map((orderId) => {
    const resolve = `unwind resolve ${account.provider} ${account.account} ${orderId} `;
    return { ...account, orderId, resolved: code.some((text) => text.includes(resolve)) };
  });
}

test('there is one section for every stuck reason, and none for another', () => {
  expect(BY_REASON.map(({ title }) => title)).toEqual(REASONS);
  for (const reason of REASONS) expect(SECTIONS.filter(({ title }) => title === reason)).toHaveLength(1);
});

test.each(BY_REASON.map((section) => [section.title, section] as const))(
  '%s says what it means, where it comes from, what to check, press, expect and tell',
  (_, { text, blocks }) => {
    const leads = [...text.matchAll(/^- \*\*(\w+)\.\*\*/gm)].map(([, lead]) => lead);
    expect(leads).toEqual(['From', 'Check', 'Press', 'Then', 'Tell']);
    expect(text.trimStart()).toMatch(/^[A-Z].*\./);
    expect(blocks.map(({ mark }) => mark)).toEqual(blocks.map(() => 'run'));
    expect(blocks.length).toBeGreaterThan(0);
  },
);

describe('its commands', { timeout: 300_000 }, () => {
  let postgres: Postgres;
  let server: TemporalServer;
  let stand: Stand;
  let shell: Shell;
  let folder: string;

  async function start(reason: StuckReason, order: OrderKey): Promise<void> {
    const { gateway, seed, request } = STUCK_ORDERS[reason];
    stand.sandbox.seed(behind(gateway).system, { orderId: order.orderId, amount: AMOUNT, ...seed });
    const { provider, account, orderId } = order;
    const input = { provider, account, orderId, amount: AMOUNT, currency: 'CNY', method: 'barcode' } as const;
    await stand.client.start({ ...input, reason: 'ambiguous', ifPaid: 'reverse', ...request });
  }
  /** The reason that it is stuck for, or how it ended against the plan. */
  const whyStuck = (order: OrderKey) =>
    until(async () => {
      const state = await stand.client.status(order);
      return state?.stuckReason ?? state?.finalAction;
    });
  const isRunning = async (order: OrderKey) => {
    const { status } = await stand.temporal.workflow.getHandle(workflowIdOf(order)).describe();
    return status.name === 'RUNNING';
  };
  const count = async (query: string) => (await stand.temporal.workflow.count(query)).count;

  beforeAll(async () => {
    postgres = await startPostgres();
    const ledgerUrl = await postgres.database();
    server = await startTemporalServer();
    const { address, namespace } = server;
    const gateways = [...new Set(Object.values(STUCK_ORDERS).map(({ gateway }) => gateway))];
    stand = await startStand({ address, namespace, gateways, overrides: overridesOf, ledgerUrl, logLevel: 'ERROR' });
    folder = await mkdtemp(join(tmpdir(), 'unwind-docs-'));
    const config = join(folder, 'unwind.config.yaml');
    await writeFile(config, JSON.stringify({ accounts: {}, ledger: { url: ledgerUrl } }));
    shell = await openShell(server, stand.sandbox.controlUrl, { UNWIND_CONFIG: config });
    for (const outage of [true, false]) {
      const reasons = REASONS.filter((reason) => (STUCK_ORDERS[reason].outage === true) === outage);
      const orders = reasons.flatMap((reason) => ordersOf(reason).map((order) => ({ reason, order })));
      for (const { gateway } of reasons.map((reason) => STUCK_ORDERS[reason])) {
        stand.sandbox.outage(behind(gateway).system, outage);
      }
      for (const { reason, order } of orders) await start(reason, order);
      for (const { reason, order } of orders) expect(await whyStuck(order), order.orderId).toBe(reason);
    }
    await start('frozen', ORDER);
    expect(await whyStuck(ORDER)).toBe('frozen');
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    await stand.client.start({ ...CLOSURE, amount: AMOUNT, currency: 'CNY', reason: 'timeout', expiresAt });
  }, 180_000);
  afterAll(async () => {
    await shell?.stop();
    await stand?.stop();
    await server?.stop();
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('the links of the list are queries that the server takes, and find what they say', async () => {
    const links = GENERAL.flatMap(({ blocks }) => blocks.filter(({ language }) => language === 'text'))
      .flatMap(({ code }) => code.split('\n'))
      .filter((link) => link.includes('query='));
    expect(links.length).toBeGreaterThan(3);
    const found = links.map(async (link) => {
      const query = new URL(link, 'http://ui').searchParams.get('query') ?? '';
      return [query, await until(async () => (await count(query)) > 0 || query.includes('unreachable'))];
    });
    expect((await Promise.all(found)).map(([query]) => query)).toContain(
      'ReversalStatus="stuck" AND ExecutionStatus="Running"',
    );
  });

  test('those that are not about one reason, from top to bottom', async () => {
    await until(async () => (await count('ReversalStuckReason="frozen"')) >= 1 + ordersOf('frozen').length);
    for (const { blocks } of GENERAL) for (const block of blocks) if (block.mark === 'run') await shell.run(block);
    expect(await stand.client.result(ORDER)).toMatchObject({
      action: 'manual',
      resolution: { finalAction: 'refunded', elsewhere: true, shown: 'paid' },
      interventions: ['resubmit', 'hold', 'note', 'release', 'resolve'].map((message) =>
        expect.objectContaining({ message, operator: 'li' }),
      ),
    });
    // Moved first, then given up.
    expect(await stand.client.status(CLOSURE)).toMatchObject({ status: 'abandoned' });
  });

  test('the form of a batch takes what it shows', async () => {
    const inputs = GENERAL.flatMap(({ blocks }) => blocks)
      .filter(({ language, code }) => language === 'json' && code.includes('ratePerSecond'))
      .map(({ code }) => JSON.parse(code));
    expect(inputs).toHaveLength(1);
    for (const input of inputs) {
      const options = { workflowId: 'resubmit-frozen-20-november', taskQueue: OPERATIONS_QUEUE, args: [input] };
      const report = await stand.temporal.workflow.execute('resubmitStuckReversals', options);
      const orders = ordersOf('frozen').length;
      expect(report).toMatchObject({ matched: orders, resubmitted: orders, stuckAgain: orders });
    }
  });

  test('after a Terminate the list still says stuck, the audit finds the case, and it can be started again', async () => {
    const audit = async () => {
      const { withoutWorkflow } = await stand.temporal.workflow.execute<typeof auditReversals>('auditReversals', {
        workflowId: 'audit',
        taskQueue: OPERATIONS_QUEUE,
        args: [{ ratePerSecond: 100 }],
      });
      return withoutWorkflow;
    };
    const order = { ...ORDER, orderId: 'RV20261120000003' };
    await start('frozen', order);
    await whyStuck(order);
    await stand.temporal.workflow.getHandle(workflowIdOf(order)).terminate('test');
    const terminated = 'ReversalStatus="stuck" AND ExecutionStatus="Terminated"';
    await until(async () => (await count(terminated)) === 1);
    expect(await audit()).toEqual([{ ...order, status: 'stuck', workflow: 'terminated' }]);
    await stand.client.start({ ...order, amount: AMOUNT, currency: 'CNY', reason: 'ambiguous', ifPaid: 'reverse' });
    expect(await whyStuck(order)).toBe('frozen');
    expect(await audit()).toEqual([]);
    stand.sandbox.happen('alipay', order.orderId, { name: 'unfreeze' });
    await stand.client.resubmit(order, { operator: 'li', reason: 'released' });
    expect(await stand.client.result(order)).toMatchObject({ action: 'refunded' });
  });

  test.each(REASONS)('%s: they end what is stuck for it', async (reason) => {
    const { gateway, mended } = STUCK_ORDERS[reason];
    const { system } = behind(gateway);
    const orders = ordersOf(reason);
    expect(orders.length).toBeGreaterThan(0);
    for (const order of orders) {
      expect(await whyStuck(order), order.orderId).toBe(reason);
      if (!order.resolved && mended !== undefined) stand.sandbox.happen(system, order.orderId, { name: mended });
    }
    await until(async () => (await count(`ReversalStuckReason="${reason}"`)) >= orders.length);
    for (const block of BY_REASON.filter(({ title }) => title === reason).flatMap(({ blocks }) => blocks)) {
      await shell.run(block);
      // "When it is Canceled" is said between two blocks.
      if (!block.code.includes('workflow cancel')) continue;
      for (const order of orders) await until(async () => order.resolved || !(await isRunning(order)));
    }
    for (const order of orders) {
      const outcome = await stand.client.result(order);
      if (outcome.kind !== 'final') throw new Error(`${order.orderId} was abandoned`);
      expect(outcome.action === 'manual', `${order.orderId}: ${outcome.action}`).toBe(order.resolved);
      const truth = stand.sandbox.truth(system, order.orderId);
      expect(truth !== undefined && agrees(outcome.action, truth), `${order.orderId}: ${outcome.action}`).toBe(true);
    }
  });
});
