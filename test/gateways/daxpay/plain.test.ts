/** Answers that were signed, and rewritten so that the signature still verifies: `unreadable`, where a wrong one is `forged`. */
import { describe, expect, it } from 'vitest';
import { KNOWN, lossless, type Name, ORDER, REFUND, readAs, signedAnswer } from './support.ts';

/** A closed order that had been paid: what became of the money nobody says. */
const ORDER_DATA = {
  bizOrderNo: ORDER.orderId,
  orderNo: KNOWN.gatewayId,
  outOrderNo: 'X1',
  allocation: false,
  channel: 'ali_pay',
  status: 'close',
  refundStatus: 'no_refund',
  payTime: '2026-11-21 07:31:37',
};

type Data = Record<string, unknown>;

/** The signed answer with its data, and the envelope, rewritten. */
function rewritten(name: Name, rewrite: (data: Data, envelope: Data) => Data, data: object = ORDER_DATA): string {
  const envelope: Data = JSON.parse(signedAnswer(name, { code: 0, msg: 'success', data: JSON.stringify(data) }));
  const before = Object.assign<Data, unknown>({}, envelope.data);
  envelope.data = rewrite(before, envelope);
  return JSON.stringify(envelope);
}

const without = (data: Data, ...names: readonly string[]): Data =>
  Object.fromEntries(Object.entries(data).filter(([name]) => !names.includes(name)));

/** Put into the place of a member, since E signs them in their order. */
const instead = (data: Data, name: string, by: readonly (readonly [string, unknown])[]): Data =>
  Object.fromEntries(Object.entries(data).flatMap((entry) => (entry[0] === name ? by : [entry])));

const REWRITES: readonly (readonly [what: string, name: Name, rewrite: (data: Data, envelope: Data) => Data])[] = [
  [
    'a member moved into the value before it',
    'c',
    (data) => ({
      ...without(data, 'payTime'),
      outOrderNo: `X1&payTime=${data.payTime}`,
    }),
  ],
  [
    'a member moved into the value before it',
    'f',
    (data) => ({
      ...without(data, 'payTime'),
      outOrderNo: `X1&data.payTime=${data.payTime}`,
    }),
  ],
  [
    'a member moved into the value before it',
    'e',
    (data) =>
      instead(without(data, 'payTime'), 'refundStatus', [['refundStatus', `no_refund,payTime:${data.payTime}`]]),
  ],
  ['a name in other letters', 'e', (data) => instead(data, 'payTime', [['paytime', data.payTime]])],
  ['a name with a quote in it', 'c', (data) => instead(data, 'payTime', [['payTime"', data.payTime]])],
  ['a value with a backslash in it', 'c', (data) => ({ ...data, orderNo: `${data.orderNo}\\` })],
  ['a channel in capitals', 'e', (data) => ({ ...data, channel: 'ALI_PAY' })],
  [
    'another status beside the path of the true one',
    'f',
    (data, envelope) => {
      envelope['data.status'] = data.status;
      return { ...data, status: 'success' };
    },
  ],
];

describe('a signed answer that was rewritten', () => {
  it.each(REWRITES)('%s (%s)', (_, name, rewrite) => {
    expect(
      readAs(
        name,
        rewritten(name, (data) => data),
      ).query(),
    ).toMatchObject({ kind: 'gone' });
    expect(readAs(name, rewritten(name, rewrite)).query()).toMatchObject({ kind: 'unknown', why: 'unreadable' });
  });

  it.each(['c', 'e', 'f'] as const)('whose split money says "true" instead of true (%s)', (name) => {
    const split = { ...ORDER_DATA, status: 'success', allocation: true, allocStatus: 'allocation' };
    const text = rewritten(name, (data) => ({ ...data, allocation: 'true' }), split);
    expect(readAs(name, text).query()).toMatchObject({ kind: 'paid', allocated: true });
  });
});

describe('what a merchant may write', () => {
  it.each(['c', 'e', 'f'] as const)('makes no answer unreadable (%s)', (name) => {
    const words = {
      title: '"A" & B, {c}: d=e',
      attach: '{"status":"x","code":"1","currency":"CNY"}',
      errorMsg: 'a\\b',
    };
    const text = rewritten(name, (data) => data, { ...ORDER_DATA, ...words });
    expect(readAs(name, text).query()).toMatchObject({ kind: 'gone' });
  });
});

describe('an answer to another call', () => {
  const refund = { bizOrderNo: ORDER.orderId, refundNo: 'R1', bizRefundNo: REFUND.refundNo, status: 'close' };

  it.each(['c', 'e'] as const)('a refund is no order, though it has a status (%s)', (name) => {
    const text = signedAnswer(name, { code: 0, data: refund });
    expect(readAs(name, text).query()).toMatchObject({ kind: 'unknown', why: 'otherOrder' });
  });

  it.each(['c', 'e'] as const)("a refund's own answer is no look at it, and a look is no sync (%s)", (name) => {
    const made = signedAnswer(name, { code: 0, data: { ...lossless(refund), bizOrderNo: null, status: 'success' } });
    expect(readAs(name, made).queryRefund()).toMatchObject({ kind: 'unknown', why: 'unreadable' });
    const look = signedAnswer(name, { code: 0, data: { ...ORDER_DATA, status: 'success' } });
    expect(readAs(name, look).sync()).toMatchObject({ kind: 'unknown', why: 'otherOrder' });
  });
});
