/** Answers of any age: v3 signs when it answered, the classic gateway does not (A15). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CALLS,
  classicBody,
  NOW,
  type Operation,
  ORDER,
  open,
  PATIENT,
  type Stub,
  sendClassic,
  startStub,
  TRADE_NO,
  v3Headers,
} from './stub.ts';

let stub: Stub;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.close());

const named = { out_trade_no: ORDER.orderId, trade_no: TRADE_NO };
const SAID: Readonly<Record<Operation, object>> = {
  query: { ...named, trade_status: 'TRADE_CLOSED' },
  cancel: { ...named, action: 'close' },
  close: named,
  refund: { ...named, fund_change: 'Y' },
  refundQuery: { ...named, refund_status: 'REFUND_SUCCESS' },
};
const OPERATIONS: Operation[] = ['query', 'cancel', 'close', 'refund', 'refundQuery'];

function answerSignedAt(signedAt: number, node: object, status = 200) {
  stub.answer = (_request, response) => {
    const body = JSON.stringify(node);
    response.writeHead(status, v3Headers(body, undefined, signedAt)).end(body);
  };
  return open('v3', stub.origin);
}

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const stale = { kind: 'unknown', why: 'stale', evidence: { clock: expect.stringMatching(/clock is wrong/) } };

describe.each(OPERATIONS)('a v3 answer to %s', (operation) => {
  it.each([
    ['in 2020', Date.UTC(2020, 0, 1)],
    ['a day ago', NOW - DAY],
    ['25 s before the call', NOW - 25 * SECOND],
    ['11 s before the call', NOW - 11 * SECOND],
    ['11 s after it came', NOW + 11 * SECOND],
    ['by a clock that is hours ahead', NOW + 8 * 3600 * SECOND],
  ])('that was signed %s is not believed, and says why', async (_, signedAt) => {
    const answer = await CALLS[operation](answerSignedAt(signedAt, SAID[operation]));
    expect(answer).toMatchObject(stale);
    expect(answer).not.toHaveProperty('signedAt');
  });

  it.each([0, -9 * SECOND, 9 * SECOND])('that was signed %d ms from the call is', async (offset) => {
    const answer = await CALLS[operation](answerSignedAt(NOW + offset, SAID[operation]));
    expect(answer).toMatchObject({ signedAt: NOW + offset });
    expect(answer.kind).not.toBe('unknown');
  });
});

describe('a v3 answer about an order of which one was believed', () => {
  const look = (signedAt: number, signedSince: number) =>
    answerSignedAt(signedAt, SAID.query).look({ ...ORDER, signedSince }, PATIENT);

  it('is refused when it was signed before that one, and not when at the same instant or later', async () => {
    const replayed = { kind: 'unknown', why: 'stale', evidence: { clock: expect.stringMatching(/replayed/) } };
    expect(await look(NOW - 1, NOW)).toMatchObject(replayed);
    expect(await look(NOW, NOW)).toMatchObject({ kind: 'gone', signedAt: NOW });
    expect(await look(NOW + 1, NOW)).toMatchObject({ kind: 'gone', signedAt: NOW + 1 });
  });

  it('holds for acts and refunds too', async () => {
    const known = { ...ORDER, signedSince: NOW };
    const refund = { refundNo: 'RV20260506000002-R1', amount: 1230, reason: 'x' };
    const old = NOW - SECOND;
    expect(await answerSignedAt(old, SAID.cancel).act('cancel', known, PATIENT)).toMatchObject({ why: 'stale' });
    expect(await answerSignedAt(old, SAID.refund).refund(known, refund, PATIENT)).toMatchObject({ why: 'stale' });
    const looked = answerSignedAt(old, SAID.refundQuery).lookAtRefund(known, refund, PATIENT);
    expect(await looked).toMatchObject({ why: 'stale' });
  });

  it('a signed error is of its time, too, and an unsigned one stays a hint', async () => {
    const absent = { code: 'ACQ.TRADE_NOT_EXIST' };
    expect(await CALLS.query(answerSignedAt(NOW - DAY, absent, 400))).toMatchObject(stale);
    stub.answer = (_request, response) => response.writeHead(400).end(JSON.stringify(absent));
    expect(await CALLS.query(open('v3', stub.origin))).toMatchObject({ kind: 'absent', hint: true });
  });
});

it('the classic gateway signs no time: nothing is known of the age of its answers', async () => {
  stub.answer = sendClassic(classicBody('query', { code: '10000', ...SAID.query }));
  const view = await open('classic', stub.origin).look({ ...ORDER, signedSince: NOW + DAY }, PATIENT);
  expect(view).toMatchObject({ kind: 'gone' });
  expect(view).not.toHaveProperty('signedAt');
});
