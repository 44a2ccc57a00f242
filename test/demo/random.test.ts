/** Random incidents: the generator is fair and repeatable, the judge can find fault. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RandomIncident, randomIncident } from '../../src/demo/random/generate.ts';
import { judge } from '../../src/demo/random/judge.ts';
import { type LogEntry, type OrderTruth, type Sandbox, startSandbox, systems } from '../../src/sandbox/index.ts';
import { behind, GATEWAYS } from '../../src/stand/accounts.ts';

const many = (seed: number, count: number) => Array.from({ length: count }, (_, index) => randomIncident(seed, index));

describe('the generator', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ systems });
  });
  afterAll(() => sandbox.stop());

  it('gives the same incident for a seed and an index, and another one otherwise', () => {
    expect(many(7, 50)).toEqual(many(7, 50));
    expect(randomIncident(7, 49)).toEqual(many(7, 50)[49]);
    expect(many(7, 50)).not.toEqual(many(8, 50));
    expect(new Set(many(7, 50).map((incident) => JSON.stringify({ ...incident, index: 0 }))).size).toBe(50);
  });

  it('visits every gateway, kind of order and reason', () => {
    const all = many(1, 300);
    for (const gateway of GATEWAYS) expect(all.filter((it) => it.gateway === gateway).length).toBeGreaterThan(20);
    for (const kind of ['absent', 'unpaid', 'paid', 'other']) expect(all.some((it) => it.kind === kind)).toBe(true);
    for (const reason of ['ambiguous', 'timeout', 'void']) {
      expect(all.some(({ request }) => request.reason === reason)).toBe(true);
    }
    expect(all.some(({ order }) => order.events !== undefined)).toBe(true);
    expect(all.some(({ order }) => order.faults === undefined)).toBe(true);
  });

  it('knows the names that the sandbox knows: states, flags, events and faults', () => {
    for (const { gateway, order, index } of many(2, 1500)) {
      expect(() => sandbox.seed(behind(gateway).system, { ...order, orderId: `R${index}` })).not.toThrow();
    }
  });
});

describe('the judge', () => {
  const incident: RandomIncident = {
    index: 0,
    gateway: 'shouqianba',
    kind: 'paid',
    order: { amount: 1280, state: 'PAID' },
    request: { reason: 'ambiguous', ifPaid: 'reverse', method: 'barcode', attemptedMsAgo: 0 },
    sticks: ['no-funds'],
  };
  const truth: OrderTruth = { orderId: 'R0', state: 'PAID', amount: 1280, taken: 1280, returned: 0, payable: false };
  const refunded = { ...truth, returned: 1280 };
  const call = (operation: LogEntry['operation']): LogEntry => ({
    at: 0,
    system: 'shouqianba',
    operation,
    orderId: 'R0',
    nth: 1,
    executed: true,
  });
  const lookAndCancel = [call('query'), call('cancel'), call('query')];

  it.each([
    ['refunded, and the money went back', { status: 'final', finalAction: 'refunded' }, refunded],
    ['stuck for what is the matter', { status: 'stuck', stuckReason: 'no-funds' }, truth],
  ])('finds nothing wrong: %s', (_, ending, money) => {
    expect(judge(incident, ending, money, lookAndCancel)).toEqual({ wrong: [], blindActs: 0 });
  });

  it.each([
    ['refunded, and the money is still there', { status: 'final', finalAction: 'refunded' }, truth],
    ['kept what was to be reversed', { status: 'final', finalAction: 'kept' }, truth],
    ['stuck for no reason', { status: 'stuck', stuckReason: 'refused' }, truth],
    ['never decided', { status: 'checking' }, truth],
    ['final without a word', { status: 'final' }, truth],
  ])('finds fault: %s', (_, ending, money) => {
    expect(judge(incident, ending, money, lookAndCancel).wrong).toHaveLength(1);
  });

  it('finds a call without a look before it', () => {
    const log = [...lookAndCancel, call('cancel'), call('refund')];
    expect(judge(incident, { status: 'final', finalAction: 'refunded' }, refunded, log).blindActs).toBe(1);
  });

  it('finds a payment that was given back although it was to be kept', () => {
    const keeping: RandomIncident = { ...incident, request: { ...incident.request, ifPaid: 'keep' } };
    const ending = { status: 'final', finalAction: 'refunded' };
    expect(judge(keeping, ending, refunded, lookAndCancel).wrong).toEqual(['given back, and it was to be kept']);
  });
});
