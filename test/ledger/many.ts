/** An order that was tried for a month: its lines and acts, in few statements. */
import type { Ledger, NewEntry } from '../../src/ledger/index.ts';
import type { Answer } from '../../src/reversal/answer.ts';
import type { OrderKey } from '../../src/reversal/request.ts';

const T = Date.parse('2026-11-20T03:36:00Z');
const EVERY_MS = 5 * 60_000;
const BATCH = 500;
const RUN = { workflowId: 'w', runId: 'r' };

/** As large as what a gateway really answers. */
const evidence = (n: number) => ({ traceId: `21028d4b${n}`.padEnd(32, '0'), code: '40004', subMsg: '卖家余额不足' });

export interface Many {
  readonly lines: number;
  readonly acts: number;
  readonly events: number;
  /** Of the act with that number; undefined: lost. Refused for want of money when left out. */
  readonly answerOf?: (seq: number) => Answer | undefined;
}

const noFunds = (seq: number): Answer => ({
  ...{ kind: 'refused', why: 'noFunds', code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' },
  evidence: evidence(seq),
});

function* batches<Item>(count: number, itemOf: (index: number) => Item): Generator<Item[]> {
  for (let from = 0; from < count; from += BATCH) {
    yield Array.from({ length: Math.min(BATCH, count - from) }, (_, index) => itemOf(from + index));
  }
}

/** Keys and numbers tell the place: the line `k0` is the oldest. */
export async function fill(ledger: Ledger, order: OrderKey, { lines, acts, events, answerOf }: Many): Promise<void> {
  const row = { ...RUN, at: T + lines * EVERY_MS, status: 'stuck', stuckReason: 'no-funds' };
  await ledger.openCase({ order, ...RUN, request: { ...order, reason: 'void' }, now: T });
  const line = (n: number): NewEntry => ({
    ...{ key: `k${n}`, at: T + n * EVERY_MS, kind: 'look' },
    body: { order: { kind: 'paid', amount: 1280, currency: 'CNY', evidence: evidence(n) } },
  });
  for (const entries of batches(lines, line)) await ledger.record({ order, row, entries });
  const event = (n: number) => ({ key: `e${n}`, at: T + n, type: 'reversal.stuck', body: { n } });
  for (const some of batches(events, event)) {
    await ledger.record({ order, row, entries: [], events: some, deliver: true });
  }
  for (let seq = 1; seq <= acts; seq += 1) {
    const sentAt = T + seq * EVERY_MS;
    await ledger.aboutToSend({ order, seq, verb: 'refund', ...RUN, now: sentAt, refundNo: 'RF1', amount: 1280 });
    const answer = (answerOf ?? noFunds)(seq);
    if (answer !== undefined) await ledger.answered({ order, seq, answer, now: sentAt + 40 });
  }
}
