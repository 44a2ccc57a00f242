/** `resTime` is signed: genuine answers of before are not believed again (X3). */
import { describe, expect, it } from 'vitest';
import {
  type Envelope,
  KNOWN,
  NAMES,
  type Name,
  NOW,
  OPTIONS,
  ORDER,
  REFUND,
  reqIdOf,
  SERVER,
  signedAnswer,
  stub,
} from './support.ts';

const SECOND = 1000;
/** The whole second that `NOW` is in, as `resTime` tells it. */
const THIS_SECOND = Math.floor(NOW / SECOND) * SECOND;
const order = { bizOrderNo: ORDER.orderId, orderNo: KNOWN.gatewayId, status: 'close' };
const stale = { kind: 'unknown', why: 'stale', evidence: { clock: expect.stringMatching(/clock is wrong/) } };

const answering = (name: Name, answer: Envelope) => stub(() => signedAnswer(name, answer));

describe.each(NAMES)('profile %s', (name) => {
  it.each([-25, -11, 12, -86_400, 8 * 3600])(
    'an answer that was signed %d s from the call is not believed',
    async (s) => {
      const signedAt = THIS_SECOND + s * SECOND;
      await using asked = await answering(name, { code: 0, data: order, signedAt });
      expect(await asked.gateway(name).look(ORDER, OPTIONS)).toMatchObject(stale);
      await using done = await answering(name, { code: 0, signedAt });
      expect(await done.gateway(name).act('close', ORDER, OPTIONS)).toMatchObject(stale);
      await using synced = await answering(name, {
        code: 0,
        data: { status: 'pay_closed', orderStatus: 'close' },
        signedAt,
      });
      expect(await synced.gateway(name).act('sync', ORDER, OPTIONS)).toMatchObject(stale);
      const refund = { bizRefundNo: REFUND.refundNo, bizOrderNo: ORDER.orderId, status: 'success' };
      await using refunded = await answering(name, { code: 0, data: refund, signedAt });
      expect(await refunded.gateway(name).lookAtRefund(ORDER, REFUND, OPTIONS)).toMatchObject(stale);
      expect(await refunded.gateway(name).refund(ORDER, REFUND, OPTIONS)).toMatchObject(stale);
    },
  );

  it('the second in which the call was made, and one that took long to come, are its own', async () => {
    for (const s of [0, -5, 5]) {
      await using server = await answering(name, { code: 0, data: order, signedAt: THIS_SECOND + s * SECOND });
      const view = await server.gateway(name).look(ORDER, OPTIONS);
      expect(view).toMatchObject({ kind: 'closed', signedAt: THIS_SECOND + s * SECOND });
    }
  });

  it('nothing older than the newest that was believed is believed, of the same second it is', async () => {
    await using server = await answering(name, { code: 0, data: order, signedAt: THIS_SECOND });
    const since = (signedSince: number) => server.gateway(name).look({ ...ORDER, signedSince }, OPTIONS);
    expect(await since(THIS_SECOND)).toMatchObject({ kind: 'closed' });
    expect(await since(THIS_SECOND + SECOND)).toMatchObject({ kind: 'unknown', why: 'stale' });
  });

  it('a signed error of before is not believed either', async () => {
    const gone = { code: name === 'c' ? 1 : 20041, msg: '支付订单不存在' };
    await using old = await answering(name, { ...gone, signedAt: THIS_SECOND - 60 * SECOND });
    expect(await old.gateway(name).look(ORDER, OPTIONS)).toMatchObject(stale);
    await using now = await answering(name, { ...gone, signedAt: THIS_SECOND });
    expect(await now.gateway(name).look(ORDER, OPTIONS)).toMatchObject({ kind: 'absent', signedAt: THIS_SECOND });
  });
});

it('f: an answer that repeats our random number is of this call, whatever its clock says', async () => {
  const signedAt = THIS_SECOND - 3600 * SECOND;
  await using server = await stub((seen) =>
    signedAnswer('f', { code: 0, data: order, signedAt, reqId: reqIdOf(seen) }),
  );
  expect(await server.gateway('f').look(ORDER, OPTIONS)).toMatchObject({ kind: 'closed' });
  await using other = await stub(() =>
    signedAnswer('f', { code: 0, data: order, signedAt: THIS_SECOND, reqId: 'old' }),
  );
  expect(await other.gateway('f').look(ORDER, OPTIONS)).toMatchObject({ kind: 'unknown', why: 'otherOrder' });
});

it('e: the errors of 3.0.0 tell no time, so nothing is known of their age', async () => {
  const envelope = { code: 20041, msg: '支付订单不存在', data: null, resTime: null, traceId: null };
  await using server = await stub(() =>
    JSON.stringify({ ...envelope, sign: SERVER.e.sign({ msg: envelope.msg, code: '20041' }) }),
  );
  const view = await server.gateway('e').look({ ...ORDER, signedSince: NOW }, OPTIONS);
  expect(view).toMatchObject({ kind: 'absent' });
  expect(view).not.toHaveProperty('signedAt');
});
