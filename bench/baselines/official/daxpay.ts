/**
 * DaxPay has no demo of a loop and documents none: this is Alipay's, with the calls that DaxPay's own job for expired
 * orders makes (a sync, then a close).
 *
 * Official: `sync` before an order is closed, since a query reads DaxPay's own table only; `close` for what nobody paid,
 * never money; a busy lock is to be tried later; `refundStatus` and the refund's own query tell of a refund; `fail` is
 * documented as a payment that failed.
 *
 * By analogy: five queries; up to three repeats without an answer or while busy; code 0 is believed. Kinder than
 * Alipay's: the end of the repeats is waited for, and a refusal is left to people instead of being called FAILED.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../../src/reversal/answer.ts';
import { act, type Baseline, type Case, look, queryLoop, wordsOf } from '../case.ts';
import { refundAndAsk } from './ask-refund.ts';

const QUERIES = 5;
const REPEATS = 3;
const FINAL = new Set(['paid', 'partlyRefunded', 'closed', 'gone', 'refunded'] as const);
const UNDONE = new Set(['closed', 'gone', 'refunded', 'faulty', 'absent']);
const REPEATED = new Set(['unknown', 'notSent', 'again', 'running']);

async function close(of: Case): Promise<Answer> {
  for (let repeat = 0; ; repeat += 1) {
    const answer = await act(of, 'close');
    if (!REPEATED.has(answer.kind) || repeat === REPEATS) return answer;
    await sleep(of.pace.cancelEvery);
  }
}

export const daxpayDocuments: Baseline = async (of) => {
  const keep = of.request.ifPaid === 'keep';
  const polled = await queryLoop(of, QUERIES, FINAL);
  let seen = polled?.kind ?? 'nothing';
  if (seen === 'unpaid' || seen === 'nothing') {
    await act(of, 'sync');
    const synced = await look(of);
    if (synced.kind !== 'unknown') seen = synced.kind;
  }
  if (seen === 'paid') return keep ? { action: 'kept', because: 'query says paid' } : refundAndAsk(of);
  if (seen === 'partlyRefunded') {
    return keep ? { action: 'kept', because: 'query says partly refunded' } : { because: 'partly refunded' };
  }
  if (UNDONE.has(seen)) return { action: 'nothing_to_reverse', because: `query says ${seen}` };
  if (seen === 'settling' || seen === 'rejected') return { because: `query says ${seen}` };
  const answer = await close(of);
  const because = `close ${wordsOf(answer)}`;
  return answer.kind === 'done' ? { action: 'nothing_to_reverse', because } : { because };
};
