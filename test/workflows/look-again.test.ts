/** When a second look, made where the first had grown old, bears an act out. */
import { expect, test } from 'vitest';
import { showsTheSame } from '../../src/activities/look-again.ts';
import type { OrderView } from '../../src/reversal/order-view.ts';

const unpaid: OrderView = { kind: 'unpaid', amount: 1280, evidence: { traceId: 'A' } };
const again = (view: OrderView) => ({ view, askedAt: 1, seenAt: 2, runId: 'r' });

test('it shows the same, signed a moment later and with another trace id', () => {
  const times = { askedAt: 0, seenAt: 0, freshness: 0, gap: 0, lookTimeoutMs: 1000, leavesBy: 0 };
  const basis = { ...times, view: { ...unpaid, signedAt: 1000 } };
  expect(showsTheSame(basis, again({ ...unpaid, signedAt: 2000, evidence: { traceId: 'B' } }))).toBe(true);
  expect(showsTheSame(basis, again({ ...unpaid, amount: 1, signedAt: 1000 }))).toBe(false);
  expect(showsTheSame(basis, again({ kind: 'paid', amount: 1280, signedAt: 1000 }))).toBe(false);
});
