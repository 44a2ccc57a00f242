/** A month without a change, by the rules as shipped: what it takes of Temporal's limits. */
import { describe, expect, test } from 'vitest';
import { RULES } from '../../src/gateways/rules.ts';
import type { Answer } from '../../src/reversal/answer.ts';
import type { OrderView } from '../../src/reversal/order-view.ts';
import { DAY, type Rules } from '../../src/reversal/rules.ts';
import { type Gateway, longRun } from './long-run.ts';

const START = Date.parse('2026-11-20T03:00:00Z');
/** A payload that is larger fails the workflow: it would be lost on the day on which it grew to this. */
const MAX_PAYLOAD = 2 * 1024 * 1024;
/** Where the server suggests the next run, and where it ends a run that has not taken the suggestion. */
const SUGGESTED = 4096;

/** As much as a look or an answer can bring: fourteen facts of 64 letters. */
const evidence = Object.fromEntries(Array.from({ length: 14 }, (_, n) => [`fact${n}`, '收'.repeat(64)]));
const paid: OrderView = { kind: 'paid', amount: 1280, currency: 'CNY', paidAt: START, evidence };
const says = (view: OrderView, answer: Answer): Gateway => ({
  look: () => view,
  act: () => answer,
  refund: () => ({ kind: 'notFound', evidence }),
});

const GATEWAYS: Readonly<Record<string, Gateway>> = {
  'is unreachable': says({ kind: 'unknown', why: 'notSent', evidence }, { kind: 'notSent', why: 'ECONNREFUSED' }),
  'says retry_flag=Y for ever': says(paid, { kind: 'again', evidence }),
  'shows another amount, and looks by itself every hour': says({ ...paid, amount: 1281 }, { kind: 'again' }),
  'has no money to give back': says(paid, { kind: 'refused', why: 'noFunds', code: 'NO_FUNDS', evidence }),
  'lets us look and not act': says(paid, { kind: 'rejected', why: 'config', code: 'NO_PERMISSION', evidence }),
  'does not know our key': says({ kind: 'rejected', why: 'signature', code: 'BAD', evidence }, { kind: 'again' }),
};

const month = (rules: Rules, gateway: Gateway) => {
  const order = { provider: rules.provider, account: 'a', orderId: 'RV1', amount: 1280, currency: 'CNY' };
  const asked = { reason: 'ambiguous', ifPaid: 'reverse', method: 'barcode' } as const;
  return longRun({ ...order, ...asked, attemptedAt: new Date(START).toISOString() }, rules, gateway, START, 30 * DAY);
};

describe.each(Object.entries(RULES))('thirty days by the rules of %s', (name, rules) => {
  test.each(Object.entries(GATEWAYS))('while the gateway %s', (what, gateway) => {
    const { events, looks, acts, records, largestRecord, carriedOver, reversal, last } = month(rules, gateway);
    if (process.env.SHOW_LIMITS !== undefined) {
      const runs = Math.ceil(events / SUGGESTED);
      console.log(JSON.stringify({ name, what, events, runs, looks, acts, records, largestRecord, carriedOver }));
    }
    expect(['park', 'look', 'wait']).toContain(last.kind);
    expect(largestRecord).toBeLessThan(MAX_PAYLOAD / 4);
    expect(carriedOver).toBeLessThan(MAX_PAYLOAD / 4);
    // Every one of them is counted, though not all are carried.
    expect(reversal.acts.at(-1)?.seq ?? 0).toBe(acts);
  });
});

test('nothing is sent to a gateway that is unreachable for a month but in its first minutes', () => {
  for (const rules of Object.values(RULES)) {
    const silent = GATEWAYS['is unreachable'];
    expect(silent && month(rules, silent).acts).toBeLessThan(20);
  }
});
