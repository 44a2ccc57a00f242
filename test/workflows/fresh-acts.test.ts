/** An act leaves on a fresh look that shows what was decided on, and not at all without one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActs } from '../../src/activities/act.ts';
import { createServerClock } from '../../src/activities/server-clock.ts';
import { accountsOf } from '../../src/gateways/accounts.ts';
import type { Gateway } from '../../src/gateways/gateway.ts';
import { type Ledger, openLedger } from '../../src/ledger/index.ts';
import type { ActBasis, Acted, ActInput } from '../../src/protocol/activities.ts';
import { type Answer, VERBS, type Verb } from '../../src/reversal/answer.ts';
import type { OrderView, RefundView } from '../../src/reversal/order-view.ts';
import { workflowIdOf } from '../../src/reversal/workflow-id.ts';

const [SECOND, T0] = [1000, Date.parse('2026-11-20T03:00:00Z')];
const PAID: OrderView = { kind: 'paid', amount: 1280, currency: 'CNY', evidence: { trace: 'first' } };
const UNPAID: OrderView = { kind: 'unpaid', amount: 1280 };
const DONE: Answer = { kind: 'done', effect: 'unspecified' };

let folder = '';
let ledger: Ledger;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unwind-fresh-'));
  ledger = await openLedger({ dataDir: folder });
});
afterAll(async () => {
  await ledger?.close();
  await rm(folder, { recursive: true, force: true });
});

interface World {
  /** What the look that was decided on showed, and how long before the decision it came back. */
  readonly decidedOn?: OrderView;
  readonly refundView?: RefundView;
  readonly seenAgoMs?: number;
  readonly askedAgoMs?: number;
  /** In the queue, by the server's clock. */
  readonly queueMs?: number;
  /** How long it takes to write "about to send". */
  readonly ledgerMs?: number;
  /** What the gateway shows now. */
  readonly shows?: OrderView;
  readonly showsRefund?: RefundView;
  readonly withoutBasis?: boolean;
  /** The first thing that this process does: it has heard of no instant of the server before. */
  readonly fresh?: boolean;
  readonly startToCloseMs?: number;
  /** The gateway's own work before its call, such as reading a key. */
  readonly beforeCallMs?: number;
  readonly gap?: number;
  readonly leavesBy?: number;
}

let seq = 0;

/** Runs one act, and tells what came of it and which calls the gateway saw. */
async function acted(verb: Verb, the: World) {
  const calls: string[] = [];
  const { decidedOn = UNPAID, shows = decidedOn, refundView, showsRefund = refundView } = the;
  const send = async (name: string, mayLeave: (() => boolean) | undefined): Promise<Answer> => {
    await sleep(the.beforeCallMs ?? 0);
    if (mayLeave?.() !== true) return { kind: 'notSent', why: 'TOO_LATE' };
    calls.push(name);
    return DONE;
  };
  const gateway: Gateway = {
    look: async () => {
      calls.push('query');
      return shows;
    },
    lookAtRefund: async () => {
      calls.push('refundQuery');
      return showsRefund ?? { kind: 'notFound' };
    },
    act: (name, _, { mayLeave }) => send(name, mayLeave),
    refund: (_, __, { mayLeave }) => send('refund', mayLeave),
    refundNo: (orderId) => `${orderId}-R1`,
  };
  const slow: Ledger = {
    ...ledger,
    async aboutToSend(act) {
      const written = await ledger.aboutToSend(act);
      await sleep(the.ledgerMs ?? 0);
      return written;
    },
  };
  const accounts = accountsOf([
    { provider: 'alipay', name: 'a', gateway, rules: 'alipay', overrides: { permits: { revoke: true } } },
  ]);
  const sentAt = T0;
  const clock = createServerClock();
  if (!the.fresh) clock.heard(sentAt + (the.queueMs ?? 0));
  seq += 1;
  const order = { provider: 'alipay', account: 'a', orderId: `F${seq}` };
  const worker = new MockActivityEnvironment({
    workflowType: 'reversePayment',
    workflowExecution: { workflowId: workflowIdOf(order), runId: 'r' },
    startToCloseTimeoutMs: the.startToCloseMs ?? 60 * SECOND,
    currentAttemptScheduledTimestampMs: sentAt,
  });
  const seenAt = sentAt - (the.seenAgoMs ?? 0);
  const basis: ActBasis = {
    view: decidedOn,
    askedAt: seenAt - (the.askedAgoMs ?? 0),
    seenAt,
    ...(refundView && { refundView }),
    freshness: 10 * SECOND,
    gap: the.gap ?? SECOND,
    lookTimeoutMs: SECOND,
    leavesBy: the.leavesBy ?? sentAt + 30 * SECOND,
  };
  const input: ActInput = {
    ...{ order, amount: 1280, currency: 'CNY', timeoutMs: SECOND, seq: 1, sentAt },
    ...(!the.withoutBasis && { basis }),
  };
  const result: Acted = await worker.run(createActs({ accounts, ledger: slow }, clock)[verb], input);
  return { calls: calls.join(' '), result };
}

/** Sent at once: what every other row differs from. The bound is wide here, since the machine may be busy. */
const AT_ONCE: World = { gap: 20 * SECOND };
const OLD: World = { seenAgoMs: 1500 };

describe.each(VERBS)('%s', (verb) => {
  test('on a fresh look it is sent without another one', async () => {
    expect(await acted(verb, AT_ONCE)).toMatchObject({ calls: verb, result: { answer: DONE } });
  });

  test.each<readonly [string, World]>([
    ['an old look', OLD],
    ['a look that took long', { askedAgoMs: 11 * SECOND }],
    ['a long queue', { queueMs: 1500 }],
    ['a slow ledger', { ledgerMs: 1200 }],
    ['a bit of each', { seenAgoMs: 400, queueMs: 400, ledgerMs: 400 }],
    ['a process that has just begun, and cannot know how long the queue was', { fresh: true }],
  ])('after %s it looks again, and is sent when that shows the same', async (_, the) => {
    expect(await acted(verb, the)).toMatchObject({ calls: `query ${verb}`, result: { answer: DONE } });
    const { calls, result } = await acted(verb, { ...the, shows: PAID });
    expect(calls).toBe('query');
    expect(result).toMatchObject({ answer: { kind: 'notSent' }, looked: { view: PAID, runId: 'r' } });
  });

  test('its own work before the call counts, too', async () => {
    const { calls, result } = await acted(verb, { beforeCallMs: 1300 });
    expect({ calls, result }).toMatchObject({ calls: '', result: { answer: { kind: 'notSent' } } });
  });

  test('what a history of before decided on is not known: it looks, and nothing is sent', async () => {
    const { calls, result } = await acted(verb, { withoutBasis: true });
    expect({ calls, result }).toMatchObject({ calls: 'query', result: { answer: { kind: 'notSent' } } });
  });

  test('a call that could outlive our giving up on it is not sent', async () => {
    const late = { answer: { kind: 'notSent' } };
    expect(await acted(verb, { ...AT_ONCE, startToCloseMs: 900 })).toMatchObject({ calls: '', result: late });
    expect(await acted(verb, { ...AT_ONCE, leavesBy: T0 - 1 })).toMatchObject({ calls: '', result: late });
    // There is no time for a second look.
    expect(await acted(verb, { ...OLD, startToCloseMs: 1900 })).toMatchObject({ calls: '', result: late });
  });
});

describe('what counts as the same', () => {
  const TIMED_OUT: OrderView = { kind: 'unknown', why: 'timeout' };
  test.each<readonly [string, OrderView, OrderView, boolean]>([
    ['other evidence', PAID, { ...PAID, evidence: { trace: 'second' } }, true],
    ['no evidence', PAID, { kind: 'paid', amount: 1280, currency: 'CNY' }, true],
    ['another silence', TIMED_OUT, { kind: 'unknown', why: 'reset' }, true],
    ['an answer about another order', TIMED_OUT, { kind: 'unknown', why: 'otherOrder' }, false],
    ['another amount', PAID, { ...PAID, amount: 1 }, false],
    ['another number', PAID, { ...PAID, gatewayId: '2' }, false],
    ['a payment that cannot be refunded any more', PAID, { ...PAID, reversible: false }, false],
    ['an answer without a signature', { kind: 'absent' }, { kind: 'absent', hint: true }, false],
    ['a closed one', UNPAID, { kind: 'closed' }, false],
    ['silence where something was seen', UNPAID, TIMED_OUT, false],
  ])('%s', async (_, decidedOn, shows, same) => {
    const { calls } = await acted('cancel', { ...OLD, decidedOn, shows });
    expect(calls).toBe(same ? 'query cancel' : 'query');
  });

  const again: World = { ...OLD, decidedOn: PAID, refundView: { kind: 'notFound' } };
  test('a refund that is sent again rests on two looks, and both are made again', async () => {
    expect((await acted('refund', again)).calls).toBe('refundQuery query refund');
    const { calls, result } = await acted('refund', { ...again, showsRefund: { kind: 'running' } });
    expect(calls).toBe('refundQuery query');
    expect(result).toMatchObject({ looked: { view: PAID, refund: { view: { kind: 'running' } } } });
  });

  test('what is handed back is dated in the time of the workflow, not before it was asked', async () => {
    const { result } = await acted('cancel', { ...OLD, queueMs: 2 * SECOND, shows: PAID });
    if (result.kind !== 'answered' || result.looked === undefined) throw new Error('it has looked again');
    expect(result.looked.askedAt).toBeGreaterThanOrEqual(T0 + 2 * SECOND);
    expect(result.looked.seenAt).toBeGreaterThanOrEqual(result.looked.askedAt);
  });
});

describe("the server's clock", () => {
  test('is what was heard last or before, whichever was nearer, and goes on while the process is frozen', () => {
    let at = 50;
    const clock = createServerClock(() => at);
    expect(clock.now()).toBeUndefined();
    clock.heard(T0); // on its way for any time
    at = 1050;
    expect(clock.now()).toBe(T0 + SECOND);
    clock.heard(T0 + 5 * SECOND);
    expect(clock.now()).toBe(T0 + 5 * SECOND);
    clock.heard(T0 + SECOND); // it stood in a long queue
    at = 61_050;
    expect(clock.now()).toBe(T0 + 65 * SECOND);
  });

  test('what was heard is forgotten in time: two clocks drift apart', () => {
    let at = 0;
    const clock = createServerClock(() => at);
    clock.heard(T0 + 10);
    for (at = 60_000; at <= 30 * 60_000; at += 60_000) clock.heard(T0 + at);
    expect(clock.now()).toBe(T0 + at);
  });
});
