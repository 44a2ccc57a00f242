/** The daily check-in of Shouqianba's terminals: a Schedule, one writer, a quiet moment, and recovery. */

import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';
import type { ReversalInput } from '../../src/client.ts';
import { accountsOf } from '../../src/gateways/accounts.ts';
import { readAll } from '../../src/ledger/index.ts';
import { taskQueueOf } from '../../src/protocol/start.ts';
import { openStandAccounts } from '../../src/stand/accounts.ts';
import { faster } from '../../src/stand/speed.ts';
import { ensureKeySchedules, keyScheduleId } from '../../src/worker/schedules.ts';
import { useStand } from '../workflows/support.ts';

const SYSTEM = 'shouqianba';
const SPEED = faster('shouqianba', 25, 1500);

/** Every payload's bytes in an event, however deep. */
function payloadsOf(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(payloadsOf);
}

const requestOf = (orderId: string): ReversalInput => ({
  provider: SYSTEM,
  account: SYSTEM,
  orderId,
  amount: 1280,
  currency: 'CNY',
  reason: 'ambiguous',
  ifPaid: 'reverse',
  method: 'barcode',
  attemptedAt: new Date(Date.now() - 120_000).toISOString(),
});

describe('terminal keys', () => {
  const world = useStand({ gateways: ['shouqianba'], overrides: () => SPEED });

  const accounts = () =>
    accountsOf(
      openStandAccounts(['shouqianba'], {
        sandbox: world.stand.sandbox,
        terminalKeys: world.stand.ledger.terminalKeys,
        overrides: () => SPEED,
      }),
    );
  const terminalSn = () => world.stand.sandbox.system(SYSTEM).credentials().terminalSn ?? '';
  const storedKey = async () => (await world.stand.ledger.terminalKeys.load(terminalSn()))?.current;
  const checkin = (workflowId: string) =>
    world.stand.temporal.workflow.execute('rotateTerminalKeys', {
      workflowId,
      taskQueue: taskQueueOf(SYSTEM),
      args: [{ provider: SYSTEM, account: SYSTEM }],
    });
  const seed = (orderId: string, rest = {}) =>
    world.stand.sandbox.seed(SYSTEM, { orderId, amount: 1280, state: 'PAID', flags: { otherDay: false }, ...rest });
  const reverse = async (orderId: string) => {
    await world.stand.client.reverse(requestOf(orderId), { answerWithinMs: 0 });
    return world.stand.client.result(requestOf(orderId));
  };

  it('are renewed by one schedule a terminal, which a second worker leaves as it is', async () => {
    const { temporal } = world.stand;
    expect(await ensureKeySchedules(temporal, accounts())).toEqual([keyScheduleId(SYSTEM, SYSTEM)]);
    expect(await ensureKeySchedules(temporal, accounts())).toEqual([]);
    const before = await storedKey();
    const schedule = temporal.schedule.getHandle(keyScheduleId(SYSTEM, SYSTEM));
    await schedule.trigger();
    await expect.poll(storedKey, { timeout: 20_000 }).not.toBe(before);
    expect((await schedule.describe()).policies.overlap).toBe('SKIP');
  });

  it('are renewed once a day, between four and half past four in Shanghai, wherever worker and server run', async () => {
    const { temporal } = world.stand;
    await ensureKeySchedules(temporal, accounts());
    const { info, spec } = await temporal.schedule.getHandle(keyScheduleId(SYSTEM, SYSTEM)).describe();
    expect(spec.timezone).toBe('Asia/Shanghai');
    const next = info.nextActionTimes.map((time) => new Date(time.getTime() + 8 * 3_600_000).toISOString());
    expect(next.length).toBeGreaterThan(5);
    for (const time of next) expect(time).toMatch(/T04:[0-2]\d:/);
    const days = next.map((time) => Date.parse(time.slice(0, 10)) / 86_400_000);
    expect(days).toEqual(days.map((_, index) => (days[0] ?? 0) + index));
  });

  it('sign the calls after a check-in, and after another process made one', async () => {
    seed('KEY1');
    await checkin('keys-1');
    expect(await reverse('KEY1')).toMatchObject({ kind: 'final', action: 'refunded' });
    seed('KEY2');
    // Twice: the terminal's stored key is neither its current nor its previous one any more, once it is not stored.
    world.stand.sandbox.happen(SYSTEM, 'KEY2', { name: 'rotateKey' });
    expect(await reverse('KEY2')).toMatchObject({ kind: 'final', action: 'refunded' });
  });

  it('never show in a history or in the ledger', async () => {
    const { ledger, sandbox, temporal } = world.stand;
    const { terminalKey = '' } = sandbox.system(SYSTEM).credentials();
    const keys = await ledger.terminalKeys.load(terminalSn());
    const secrets = [terminalKey, keys?.current, keys?.previous].filter((key) => key !== undefined && key !== '');
    expect(secrets.length).toBeGreaterThan(1);
    const written: string[] = [];
    for await (const { workflowId, runId } of temporal.workflow.list()) {
      const history = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
      written.push(JSON.stringify(historyToJSON(history)));
      // Payloads are base64 in JSON: what they hold is read as it was written.
      for (const event of history.events ?? []) {
        written.push(...payloadsOf(event).map((data) => Buffer.from(data).toString('utf8')));
      }
    }
    for (const orderId of ['KEY1', 'KEY2']) {
      const order = { provider: SYSTEM, account: SYSTEM, orderId };
      written.push(
        JSON.stringify([
          await readAll(ledger.journal, order),
          await readAll(ledger.acts, order),
          await ledger.reversal(order),
        ]),
      );
    }
    expect(written.length).toBeGreaterThan(20);
    for (const secret of secrets) expect(written.join('\n')).not.toContain(secret);
  });

  it('are not renewed between an act and the look that confirms it', async () => {
    const { ledger, temporal } = world.stand;
    const order = { provider: SYSTEM, account: SYSTEM, orderId: 'KEY3' };
    const run = { workflowId: 'w', runId: 'r', now: Date.now() };
    await ledger.openCase({ order, request: requestOf('KEY3'), ...run });
    await ledger.aboutToSend({ order, seq: 1, verb: 'cancel', ...run });
    const before = await storedKey();
    const handle = await temporal.workflow.start('rotateTerminalKeys', {
      workflowId: 'keys-3',
      taskQueue: taskQueueOf(SYSTEM),
      args: [{ provider: SYSTEM, account: SYSTEM }],
    });
    const failure = async () => (await handle.describe()).raw.pendingActivities?.[0]?.lastFailure?.message;
    await expect.poll(failure, { timeout: 20_000 }).toContain('not confirmed by a look');
    expect(await storedKey()).toBe(before);
    await handle.terminate('the next try is half a minute away');

    const settled = { status: 'final', finalAction: 'refunded', at: Date.now() + 1, settledAt: Date.now() + 1 };
    await ledger.record({ order, row: { ...run, ...settled }, entries: [] });
    await checkin('keys-4');
    expect(await storedKey()).not.toBe(before);
  });
});
