/** docs/adding-a-gateway.md, followed for a made-up gateway: from its tables to a conclusion that the money bears out. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReversalInput } from '../../src/client.ts';
import type { OpenAccount } from '../../src/gateways/accounts.ts';
import { type Fault, type OrderSeed, type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { agrees, blindActs } from '../../src/stand/agreement.ts';
import { newLegend } from '../../tools/docs/legend/legend.ts';
import { page } from '../../tools/docs/page.ts';
import { paywiseRules } from './paywise/rules.ts';
import { paywiseSystem } from './paywise-system.ts';
import { type KitStand, openPaywise, startKitStand } from './stand.ts';

const AMOUNT = 1280;
const ref = (orderId: string) => ({ orderId, amount: AMOUNT, currency: 'CNY' });
const options = { timeoutMs: 500 };

describe('step 2 and 3: the client against the sandbox, over HTTP', () => {
  let sandbox: Sandbox;
  let account: OpenAccount;
  beforeAll(async () => {
    sandbox = await startSandbox({ systems: { paywise: paywiseSystem } });
    account = openPaywise(sandbox, { load: async () => undefined, replace: async () => false });
  });
  afterAll(() => sandbox.stop());

  const seeded = (state: string, faults: readonly Fault[] = []) => {
    const orderId = randomUUID();
    sandbox.seed('paywise', { orderId, amount: AMOUNT, state, faults });
    return ref(orderId);
  };

  test.each([
    ['absent', 'absent'],
    ['NEW', 'unpaid'],
    ['PAID', 'paid'],
  ])('a look at %s shows %s', async (state, kind) => {
    expect(await account.gateway.look(seeded(state), options)).toMatchObject({ kind });
  });

  test.each([
    ['NEW', { kind: 'done', effect: 'closed' }],
    ['PAID', { kind: 'done', effect: 'refunded' }],
    ['absent', { kind: 'refused', why: 'absent' }],
  ])('a cancel of %s answers %o', async (state, answer) => {
    expect(await account.gateway.act('cancel', seeded(state), options)).toMatchObject(answer);
  });

  test.each<[string, Fault, object]>([
    ['a code', { operation: 'cancel', business: { name: 'TOO_LATE' } }, { kind: 'refused', why: 'tooLate' }],
    ['a new code', { operation: 'cancel', business: { name: 'NEW_CODE' } }, { kind: 'unknown', why: 'unfamiliar' }],
    [
      'a forged answer',
      { operation: 'cancel', business: { name: 'wrongSignature' } },
      { kind: 'unknown', why: 'forged' },
    ],
    ['no answer', { operation: 'cancel', wire: 'silentAfter' }, { kind: 'unknown', why: 'timeout' }],
    ['a reset', { operation: 'cancel', wire: 'resetAfter' }, { kind: 'unknown', why: 'reset' }],
    ['HTML', { operation: 'cancel', wire: 'html200' }, { kind: 'unknown', why: 'unsigned' }],
    ['a 502', { operation: 'cancel', wire: 'http502' }, { kind: 'unknown', why: 'http' }],
  ])('%s is what it is, and nothing throws', async (_, fault, answer) => {
    expect(await account.gateway.act('cancel', seeded('PAID', [fault]), options)).toMatchObject(answer);
  });
});

describe('step 5: real workflows', () => {
  let stand: KitStand;
  beforeAll(async () => {
    stand = await startKitStand();
  }, 60_000);
  afterAll(() => stand?.stop());

  interface Row {
    readonly order: Omit<OrderSeed, 'orderId' | 'amount'>;
    readonly request?: Partial<ReversalInput>;
    readonly action: string;
  }
  const lost: Fault = { operation: 'cancel', wire: 'resetAfter' };
  const rows: Readonly<Record<string, Row>> = {
    'a payment that may be kept is kept': { order: { state: 'PAID' }, action: 'kept' },
    'a payment that must not stay is given back': {
      order: { state: 'PAID' },
      request: { ifPaid: 'reverse' },
      action: 'refunded',
    },
    'an order that nobody pays is closed': { order: { state: 'NEW' }, action: 'closed' },
    'a payment that never arrived is watched, and then nothing': {
      order: { state: 'absent' },
      action: 'nothing_to_reverse',
    },
    'a lost answer is followed by a look': {
      order: { state: 'PAID', faults: [lost] },
      request: { reason: 'void' },
      action: 'refunded',
    },
  };

  test.each(Object.entries(rows))('%s', { timeout: 30_000 }, async (_, { order, request, action }) => {
    const orderId = `PW-${randomUUID().slice(0, 8)}`;
    stand.sandbox.seed('paywise', { orderId, amount: AMOUNT, ...order });
    const input: ReversalInput = {
      provider: 'paywise',
      account: 'shop-1',
      orderId,
      amount: AMOUNT,
      currency: 'CNY',
      reason: 'ambiguous',
      method: 'barcode',
      attemptedAt: new Date(Date.now() - 5000).toISOString(),
      ...request,
    };
    await stand.client.start(input);
    const outcome = await stand.client.result(input);
    expect(outcome).toMatchObject({ kind: 'final', action });
    expect(blindActs(stand.sandbox.log({ orderId }))).toEqual([]);
    const truth = stand.sandbox.truth('paywise', orderId) ?? { amount: AMOUNT, taken: 0, returned: 0, payable: false };
    if (outcome.kind === 'final') expect(agrees(outcome.action, truth)).toBe(true);
  });
});

test('step 6: its page of decision tables', () => {
  const legend = newLegend([]);
  legend.views.add('paid', '`PAID`').add('unpaid', '`NEW`').add('absent', '`NO_ORDER`');
  legend.answers.cancel.add('tooLate', '`TOO_LATE`').add('closed', '`OK`');
  const subject = {
    title: 'Paywise',
    rules: paywiseRules,
    legend,
    undo: ['cancel'],
    hasClose: false,
    intro: [],
  } as const;
  const printed = page(subject, 'npm run docs:decisions');
  expect(printed).toContain('<a id="before.reverse.paid"></a>Sends `cancel`');
  expect(printed.replaceAll(/<a id="[^"]*"><\/a>/g, '')).toContain(
    '| paid: `PAID` | Concludes `kept`. | Sends `cancel`; else asks people: `window-over`. |',
  );
  expect(printed).toContain('`cancel` until 2 h after the order began');
});
