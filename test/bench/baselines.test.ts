/** The baselines do what their sources do, no better and no worse: against the sandbox, by what was called and said. */
import { beforeAll, describe, expect, it } from 'vitest';
import { blindSweep } from '../../bench/baselines/blind-sweep.ts';
import type { Measured } from '../../bench/baselines/measure.ts';
import { officialLoop } from '../../bench/baselines/official/index.ts';
import { deadlineOf, timesOf } from '../../bench/baselines/pace.ts';
import { playInShop } from '../../bench/baselines/shop.ts';
import { compared } from '../../bench/baselines/totals.ts';
import type { RandomIncident } from '../../src/demo/random/generate.ts';
import { parseRequest } from '../../src/reversal/request.ts';
import type { Fault } from '../../src/sandbox/index.ts';
import type { GatewayName } from '../../src/stand/accounts.ts';

const AMOUNT = 1280;
const MINUTE = 60_000;

type Order = Partial<RandomIncident['order']> & Pick<RandomIncident['order'], 'state'>;
interface Row {
  readonly gateway: GatewayName;
  readonly order: Order;
  readonly asked?: Partial<RandomIncident['request']>;
  /** `undefined`: it must not be there. */
  readonly expected: { readonly [K in keyof Measured]?: unknown };
}

const PAID = { state: 'PAID', createdMsAgo: 3 * MINUTE, paidMsAgo: 2 * MINUTE };
const WAITING = { state: 'WAITING', createdMsAgo: 3 * MINUTE };
const DAX_PAID = { state: 'success', createdMsAgo: 3 * MINUTE, paidMsAgo: 2 * MINUTE };
const always = (operation: Fault['operation'], fault: Partial<Fault> = { wire: 'resetBefore' }): Fault => ({
  operation,
  times: 0,
  ...fault,
});
const undecided = { action: undefined, wrong: false, verdictMs: undefined };
const right = { wrong: false, keptFromPayer: 0, givenBack: 0, withoutMoney: 0 };

function incidentOf({ gateway, order, asked }: Row, index: number): RandomIncident {
  return {
    index,
    gateway,
    kind: 'other',
    order: { amount: AMOUNT, ...order },
    request: { reason: 'ambiguous', ifPaid: 'keep', method: 'barcode', attemptedMsAgo: 3 * MINUTE, ...asked },
    sticks: [],
  };
}

/** All rows of a table side by side, as a shop plays them. */
function playing(baseline: typeof officialLoop, rows: Readonly<Record<string, Row>>) {
  let results: Measured[] = [];
  beforeAll(async () => {
    const incidents = Object.values(rows).map(incidentOf);
    results = await playInShop({ baseline, incidents, concurrency: incidents.length, deadlines: 'own' });
  });
  it.each(Object.entries(rows).map(([name, { expected }], index) => [name, index, expected] as const))(
    '%s',
    (_, index, expected) => {
      expect(results[index]).toEqual(expect.objectContaining(definedOf(expected)));
      for (const [name, value] of Object.entries(expected)) {
        if (value === undefined) expect(results[index]).not.toHaveProperty(name);
      }
    },
  );
}

const definedOf = (of: object) => Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined));

describe("the loop of Alipay's demo", () => {
  playing(officialLoop, {
    'keeps what a query shows as paid, and calls nothing more': {
      gateway: 'alipay-classic',
      order: PAID,
      expected: { action: 'kept', calls: 1, blindActs: 0, ...right },
    },
    'queries five times, then cancels what nobody paid': {
      gateway: 'alipay-classic',
      order: WAITING,
      expected: { action: 'nothing_to_reverse', because: 'FAILED: cancel closed', calls: 6, blindActs: 0, ...right },
    },
    'repeats a cancel without an answer three times, and says that it does not know': {
      gateway: 'alipay-classic',
      order: { ...WAITING, faults: [always('cancel')] },
      expected: { ...undecided, because: 'UNKNOWN: cancel unknown reset', calls: 9, blindActs: 3 },
    },
    'repeats while retry_flag=Y comes with a failure, and calls it failed at once': {
      gateway: 'alipay-classic',
      order: {
        ...WAITING,
        faults: [always('cancel', { business: { name: 'ACQ.SYSTEM_ERROR', with: { retryFlag: 'Y' } } })],
      },
      expected: { action: 'nothing_to_reverse', because: 'FAILED: cancel again', calls: 9, blindActs: 3 },
    },
    'takes 10000 for the end although retry_flag=Y, and then says failed of a payment that stands': {
      gateway: 'alipay-v3',
      order: { ...PAID, faults: [always('query'), always('cancel', { business: { name: 'retryFlagY' } })] },
      expected: { action: 'nothing_to_reverse', because: 'FAILED: cancel again', calls: 6, wrong: true },
    },
    'calls a refused cancel failed, and the money is with the shop': {
      gateway: 'alipay-classic',
      order: { ...PAID, flags: { cancelTimeOut: true }, faults: [always('query')] },
      expected: { action: 'nothing_to_reverse', calls: 6, wrong: true, keptFromPayer: AMOUNT },
    },
    'does not know after 20000, and does not repeat it': {
      gateway: 'alipay-classic',
      order: { ...WAITING, faults: [always('cancel', { business: { name: 'isp.unknow-error' } })] },
      expected: { ...undecided, calls: 6 },
    },
    'cancels a closed trade once more': {
      gateway: 'alipay-classic',
      order: { state: 'CLOSED_UNPAID', createdMsAgo: 3 * MINUTE },
      expected: { action: 'nothing_to_reverse', calls: 2 },
    },
    'refunds a payment that is to be undone': {
      gateway: 'alipay-v3',
      order: PAID,
      asked: { reason: 'void', ifPaid: 'reverse' },
      expected: { action: 'refunded', calls: 2, ...right },
    },
  });
});

describe("what Shouqianba's and DaxPay's documents describe", () => {
  playing(officialLoop, {
    'Shouqianba: cancels once what is not final after eight queries': {
      gateway: 'shouqianba',
      order: { state: 'CREATED', createdMsAgo: 3 * MINUTE },
      expected: { action: 'nothing_to_reverse', calls: 9, ...right },
    },
    'Shouqianba: has nothing to cancel when there is no order': {
      gateway: 'shouqianba',
      order: { state: 'absent' },
      expected: { action: 'nothing_to_reverse', calls: 8, ...right },
    },
    'Shouqianba: queries after a cancel without an answer, and does not repeat it': {
      gateway: 'shouqianba',
      order: {
        state: 'CREATED',
        createdMsAgo: 3 * MINUTE,
        faults: [always('cancel', { wire: 'resetAfter' })],
      },
      expected: { action: 'nothing_to_reverse', because: expect.stringMatching(/then gone$/), calls: 10, ...right },
    },
    'Shouqianba: refunds what is to be undone, and asks what became of it': {
      gateway: 'shouqianba',
      order: PAID,
      asked: { reason: 'void', ifPaid: 'reverse' },
      expected: { action: 'refunded', calls: 3, ...right },
    },
    'DaxPay: syncs before it closes': {
      gateway: 'daxpay-c',
      order: { state: 'progress', createdMsAgo: MINUTE, flags: { channelState: 'unpaid' } },
      expected: { action: 'nothing_to_reverse', because: 'close closed', calls: 8, ...right },
    },
    'DaxPay: finds by its sync what the channel knows': {
      gateway: 'daxpay-c',
      order: { state: 'progress', createdMsAgo: MINUTE, flags: { channelState: 'paid' } },
      expected: { action: 'kept', calls: 7, ...right },
    },
  });
});

describe('the blind sweep', () => {
  playing(blindSweep, {
    'cancels a payment that was to be kept': {
      gateway: 'alipay-classic',
      order: PAID,
      expected: { action: 'refunded', calls: 1, blindActs: 1, wrong: false, givenBack: AMOUNT },
    },
    'closes what timed out, and leaves a paid order alone': {
      gateway: 'daxpay-e',
      order: DAX_PAID,
      asked: { reason: 'timeout' },
      expected: { ...undecided, calls: 1, givenBack: 0 },
    },
    'comes back three more times without an answer, then leaves it to people': {
      gateway: 'shouqianba',
      order: { state: 'CREATED', createdMsAgo: 3 * MINUTE, faults: [always('cancel')] },
      expected: { ...undecided, calls: 4, blindActs: 4 },
    },
    'calls an order closed that can still be paid': {
      gateway: 'alipay-classic',
      order: { ...WAITING, faults: [always('close', { business: { name: 'unexecuted' } })] },
      asked: { reason: 'timeout' },
      expected: { action: 'closed', wrong: true, leftPayable: true },
    },
    'believes a success that gave nothing back': {
      gateway: 'alipay-classic',
      order: { ...PAID, faults: [always('cancel', { business: { name: 'unexecuted' } })] },
      expected: { calls: 1, wrong: true, keptFromPayer: AMOUNT },
    },
  });
});

describe('a process that dies', () => {
  it('concludes nothing and calls nothing more', async () => {
    const rows = Array.from({ length: 20 }, (): Row => ({ gateway: 'alipay-classic', order: WAITING, expected: {} }));
    const incidents = rows.map(incidentOf);
    const deaths = { percent: 100, seed: 7 };
    const died = await playInShop({ baseline: officialLoop, incidents, concurrency: 20, deadlines: 'own', deaths });
    const dead = died.filter(({ because }) => because === 'the process died');
    expect(dead.length).toBeGreaterThan(0);
    for (const one of dead) {
      expect(one).not.toHaveProperty('action');
      expect(one.calls).toBeLessThanOrEqual(6);
    }
    expect(Math.min(...dead.map(({ calls }) => calls))).toBeLessThan(6);
  });
});

describe('times and totals', () => {
  it('waits as Unwind does, or patiently as long as anything can still arrive', () => {
    const { timing } = timesOf('alipay-v3');
    const order = { provider: 'alipay', account: 'a', orderId: 'A1', amount: AMOUNT, currency: 'CNY' } as const;
    const at = (ms: number) => new Date(ms).toISOString();
    const asked = { ...order, reason: 'ambiguous', attemptedAt: at(100_000) } as const;
    const late = 100_000 + Math.max(timing.patience, timing.quiet);
    expect(deadlineOf(parseRequest({ ...asked, method: 'barcode' }), timing, 'own')).toBe(100_000 + timing.patience);
    expect(deadlineOf(parseRequest({ ...asked, method: 'barcode', expiresAt: at(1000) }), timing, 'patient')).toBe(
      late,
    );
    expect(deadlineOf(parseRequest({ ...asked, method: 'barcode', expiresAt: at(200_000) }), timing, 'own')).toBe(
      200_000,
    );
    expect(deadlineOf(parseRequest({ ...asked, method: 'qr' }), timing, 'own')).toBe(100_000 + timing.codeLife);
  });

  it('counts by gateway and in all', () => {
    const one: Measured = {
      index: 3,
      gateway: 'shouqianba',
      action: 'kept',
      because: 'query says paid',
      wrong: true,
      keptFromPayer: 0,
      givenBack: 0,
      withoutMoney: AMOUNT,
      leftPayable: false,
      blindActs: 1,
      calls: 4,
      verdictMs: 10,
    };
    const { action: _, verdictMs: __, ...unknown } = one;
    const { total, gateways, wrongBecause, wrongIncidents } = compared([one, { ...unknown, wrong: false, calls: 2 }]);
    expect(total).toMatchObject({ count: 2, wrong: 1, withoutMoney: 2 * AMOUNT, undecided: 1, blindActs: 2, calls: 6 });
    expect(total.verdictMs).toEqual({ p50: 10, p95: 10 });
    expect(gateways).toEqual({ shouqianba: total });
    expect([wrongBecause, wrongIncidents]).toEqual([{ 'kept: query says paid': 1 }, [3]]);
  });
});
