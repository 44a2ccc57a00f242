/**
 * What Shouqianba's documents describe (the diagram and the pseudo-code of the English site, the questions and answers
 * of the Chinese one): it has no demo of a loop.
 *
 * Official: a query every five seconds for forty; a final status ends it; an order that does not exist needs no cancel;
 * what is not final by then is cancelled, once an order; a cancel without a clear result is followed by queries, and
 * one that cannot be confirmed goes to the support, which is to say: unknown; a 400 is the developer's problem.
 *
 * By analogy with Alipay's demo: a success of the cancel is believed. By the documents of refund: a payment that is to
 * be undone is refunded, and the refund queried.
 */
import { act, type Baseline, queryLoop, wordsOf } from '../case.ts';
import { refundAndAsk } from './ask-refund.ts';

/** Forty seconds at five. */
const QUERIES = 8;
const QUERIES_AFTER_CANCEL = 5;
/** PAID, PARTIAL_REFUNDED; CANCELED and PAY_CANCELED; REFUNDED. */
const FINAL = new Set(['paid', 'partlyRefunded', 'gone', 'closed', 'refunded'] as const);
const UNDONE = new Set(['gone', 'closed', 'refunded']);
const UNCLEAR = new Set(['running', 'again', 'unknown', 'notSent']);

export const shouqianbaDocuments: Baseline = async (of) => {
  const keep = of.request.ifPaid === 'keep';
  const view = await queryLoop(of, QUERIES, FINAL);
  const seen = view?.kind ?? 'nothing';
  if (seen === 'paid') return keep ? { action: 'kept', because: 'query says paid' } : refundAndAsk(of);
  if (seen === 'partlyRefunded') {
    return keep ? { action: 'kept', because: 'query says partly refunded' } : { because: 'partly refunded' };
  }
  if (UNDONE.has(seen)) return { action: 'nothing_to_reverse', because: `query says ${seen}` };
  if (seen === 'absent') return { action: 'nothing_to_reverse', because: 'order does not exist: nothing to cancel' };
  if (seen === 'rejected') return { because: 'query is refused' };

  const answer = await act(of, 'cancel');
  const because = `cancel ${wordsOf(answer)}`;
  if (answer.kind === 'done') return { action: 'nothing_to_reverse', because };
  if (answer.kind === 'refused' && answer.why === 'absent') return { action: 'nothing_to_reverse', because };
  if (!UNCLEAR.has(answer.kind)) return { because };
  const after = await queryLoop({ ...of, deadline: 0 }, QUERIES_AFTER_CANCEL, FINAL);
  if (after !== undefined && UNDONE.has(after.kind)) {
    return { action: 'nothing_to_reverse', because: `${because}, then ${after.kind}` };
  }
  return { because: `${because}, then ${after?.kind ?? 'nothing'}` };
};
