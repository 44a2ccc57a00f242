import { expect, it } from 'vitest';
import { CANCEL_WAYS, REFUND_WAYS } from '../../../src/sandbox/shouqianba/flags.ts';
import { STATES } from '../../../src/sandbox/shouqianba/states.ts';
import { bench, HOUR, TOTAL } from './bench.ts';

const EVENTS = ['pay', 'createAndPay', 'expire', 'payError', 'settleCancel', 'failCancel', 'cancelElsewhere'];
const REFUND_EVENTS = ['settleRefund', 'failRefund', 'partialRefund', 'refundElsewhere', 'midnight'];
const ENDED = new Set(['CANCELED', 'PAY_CANCELED', 'REFUNDED']);

/** The same numbers in every run: a failure names the walk that can be repeated. */
function dice(seed: number) {
  let state = Math.imul(seed, 0x9e3779b1); // neighbouring seeds must not begin alike
  return (sides: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

// The journal throws when more would go back than came in, so that a walk that ends is half of the proof.
it('no walk of calls, events and waits returns money twice, or keeps it after an end', {
  timeout: 30_000,
}, async () => {
  const ends = new Set<string>();
  for (let walk = 0; walk < 400; walk += 1) {
    const roll = dice(walk + 1);
    const pick = <T>(list: readonly T[]): T | undefined => list[roll(list.length)];
    const sandbox = bench();
    sandbox.seed('A1', pick(STATES) ?? 'PAID', {
      cancelFails: pick(CANCEL_WAYS) ?? 'ok',
      cancelFailTimes: roll(3),
      oneCancelPerOrder: roll(2) === 0,
      refund: pick(REFUND_WAYS) ?? 'ok',
      refundFailTimes: roll(3),
    });
    const steps = [
      () => sandbox.cancel('A1'),
      () => sandbox.revoke('A1'),
      () => sandbox.refund('A1', `RV${roll(3)}`, pick([1, 640, TOTAL])),
      () => sandbox.happen('A1', pick(EVENTS) ?? 'pay'),
      () => sandbox.happen('A1', pick(REFUND_EVENTS) ?? 'midnight'),
      () => sandbox.advance(roll(4000)),
    ];
    for (let step = 0; step < 12; step += 1) await pick(steps)?.();
    sandbox.advance(HOUR);

    const { state, payable, taken, returned } = sandbox.truth('A1');
    expect({ walk, taken, returned }).toEqual({ walk, ...sandbox.sums('A1') });
    if (ENDED.has(state)) expect({ walk, payable, kept: taken - returned }).toEqual({ walk, payable: false, kept: 0 });
    if (state === 'PAID') expect({ walk, kept: taken - returned }).toEqual({ walk, kept: TOTAL });
    if (state === 'CREATED') expect({ walk, taken }).toEqual({ walk, taken: 0 });
    ends.add(state);
  }
  expect([...ends]).toEqual(expect.arrayContaining(['PAID', 'CANCELED', 'REFUNDED', 'PARTIAL_REFUNDED']));
});
