/** No act without a look: told from the sandbox's own log, over HTTP, in both protocols. */
import { describe, expect, test } from 'vitest';
import type { Fault, OrderSeed } from '../../src/sandbox/index.ts';
import type { GatewayName } from '../../src/stand/accounts.ts';
import { callsOf, expectConfirmed, expectNoBlindAct, moneyOf, newCase, seed, stepsOf, useStand } from './support.ts';

const world = useStand();

interface Row {
  readonly reason: 'ambiguous' | 'timeout' | 'void';
  readonly ifPaid?: 'keep' | 'reverse';
  readonly state: string;
  readonly more?: Partial<OrderSeed>;
  readonly action: string;
  /** Where every run makes the same calls. */
  readonly calls?: string;
  readonly money: { readonly taken: number; readonly returned: number };
}

const PAID = { taken: 1280, returned: 0 };
const BACK = { taken: 1280, returned: 1280 };
const NONE = { taken: 0, returned: 0 };
const cancel = (fault: Omit<Fault, 'operation'>): Partial<OrderSeed> => ({
  faults: [{ operation: 'cancel', ...fault }],
});

const rows: Record<string, Row> = {
  'a payment that may be kept is kept after one look, and nothing is sent': {
    reason: 'ambiguous',
    state: 'PAID',
    action: 'kept',
    calls: 'query',
    money: PAID,
  },
  'an ambiguous payment that must not stay is cancelled': {
    reason: 'ambiguous',
    ifPaid: 'reverse',
    state: 'PAID',
    action: 'refunded',
    calls: 'query cancel query',
    money: BACK,
  },
  'an unpaid order is closed by a cancel once patience is over': {
    reason: 'ambiguous',
    state: 'WAITING',
    action: 'closed',
    money: NONE,
  },
  'a void of a paid order refunds': {
    reason: 'void',
    state: 'PAID',
    action: 'refunded',
    calls: 'query refund query',
    money: BACK,
  },
  'a void of an unpaid order cancels': {
    reason: 'void',
    state: 'WAITING',
    action: 'closed',
    calls: 'query cancel query',
    money: NONE,
  },
  'retry_flag=Y waits, looks, and makes the same call again': {
    reason: 'ambiguous',
    ifPaid: 'reverse',
    state: 'PAID',
    more: cancel({ business: { name: 'retryFlagY' }, times: 2 }),
    action: 'refunded',
    calls: 'query cancel query cancel query cancel query',
    money: BACK,
  },
  'retry_flag=Y after the cancel took effect is seen by the look': {
    reason: 'ambiguous',
    ifPaid: 'reverse',
    state: 'PAID',
    more: cancel({ business: { name: 'retryFlagY', execute: true } }),
    action: 'refunded',
    calls: 'query cancel query',
    money: BACK,
  },
  'a lost answer to a cancel that was executed is followed by a look, never by a repeat': {
    reason: 'ambiguous',
    ifPaid: 'reverse',
    state: 'PAID',
    more: cancel({ wire: 'resetAfter' }),
    action: 'refunded',
    calls: 'query cancel query',
    money: BACK,
  },
  'a lost answer to a cancel that was not executed is followed by a look before the next cancel': {
    reason: 'ambiguous',
    ifPaid: 'reverse',
    state: 'PAID',
    more: cancel({ wire: 'resetBefore' }),
    action: 'refunded',
    money: BACK,
  },
  'a cancel that is executed after everybody gave up on it is waited for': {
    reason: 'ambiguous',
    ifPaid: 'reverse',
    state: 'PAID',
    more: cancel({ wire: 'lateExecution', delayMs: 300 }),
    action: 'refunded',
    money: BACK,
  },
  'a refund whose answer was lost keeps its number and gives the money back once': {
    reason: 'void',
    state: 'PAID',
    more: { faults: [{ operation: 'refund', wire: 'http502After' }] },
    action: 'refunded',
    money: BACK,
  },
  'a cancel that came too late becomes a refund': {
    reason: 'ambiguous',
    ifPaid: 'reverse',
    state: 'PAID',
    more: { flags: { cancelTimeOut: true } },
    action: 'refunded',
    calls: 'query cancel query refund query',
    money: BACK,
  },
  'a success that the replica does not show yet is waited for': {
    reason: 'ambiguous',
    ifPaid: 'reverse',
    state: 'PAID',
    more: { flags: { lag: 30 } },
    action: 'refunded',
    money: BACK,
  },
  'a forged look proves nothing and is asked again': {
    reason: 'ambiguous',
    state: 'PAID',
    more: { faults: [{ operation: 'query', business: { name: 'wrongSignature' }, times: 2 }] },
    action: 'kept',
    money: PAID,
  },
  'an order that nobody finds is cancelled all the same, watched, and was nothing to reverse': {
    reason: 'ambiguous',
    state: 'ABSENT',
    action: 'nothing_to_reverse',
    money: NONE,
  },
  'a payment that comes while the cancel is on its way is reversed': {
    reason: 'ambiguous',
    state: 'WAITING',
    more: { events: [{ name: 'pay', on: { operation: 'cancel', nth: 1, when: 'before' } }] },
    action: 'refunded',
    money: BACK,
  },
};

const gateways: readonly GatewayName[] = ['alipay-classic', 'alipay-v3'];

describe.concurrent.each(gateways)('over HTTP: %s', (gateway) => {
  test.each(Object.entries(rows))('%s', async (_, row) => {
    const { reason, ifPaid, state, more, action, calls, money } = row;
    const the = newCase({ reason, ...(ifPaid && { ifPaid }) }, gateway);
    seed(world, the, state, more);
    await world.stand.client.start(the.input);
    const outcome = await world.stand.client.result(the.order);
    expect(outcome).toMatchObject({ kind: 'final', action });
    const log = callsOf(world, the);
    expectNoBlindAct(log);
    expectConfirmed(log);
    if (calls !== undefined) expect(stepsOf(world, the)).toBe(calls);
    expect(moneyOf(world, the)).toMatchObject(money);
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ status: 'final', finalAction: action });
  });
});
