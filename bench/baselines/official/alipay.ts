/**
 * The loop of Alipay's official face-to-face demo (`AbsAlipayTradeService`: loopQueryResult, checkQueryAndCancel,
 * cancelPayResult, asyncCancel, and tradeRefund of `AlipayTradeServiceImpl`), step by step.
 *
 * Official: five queries; TRADE_SUCCESS and TRADE_FINISHED are SUCCESS; anything else, a closed trade too, is cancelled
 * at once; 10000 ends it whatever `retry_flag` says; no answer or `retry_flag=Y` starts up to three more cancels in the
 * background, whose ends nobody is told; UNKNOWN when the first cancel was not answered or answered 20000, else FAILED.
 *
 * By analogy: v3, which the demo is older than, is read as if it were classic; a payment that is to be undone is given
 * back by the demo's own refund. Kinder than the demo: it loops also where the demo, having no answer to its payment,
 * queries once; a forged answer, or one about another order, counts as none.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../../src/reversal/answer.ts';
import { act, type Baseline, type Case, type Conclusion, queryLoop, refund, wordsOf } from '../case.ts';

const MAX_QUERY_RETRY = 5;
const MAX_CANCEL_RETRY = 3;
/** `stopQuery`: TRADE_SUCCESS, TRADE_FINISHED, TRADE_CLOSED. */
const STOPS = new Set(['paid', 'gone', 'refunded', 'closed'] as const);

/** The code that the SDK would hand over; none when it hands over no response at all. */
function codeOf({ kind, evidence }: Answer): string | undefined {
  if (kind === 'done') return '10000';
  // Only a success of v3 carries the flag, and no code.
  if (kind === 'again') return evidence?.code ?? '10000';
  return evidence?.code;
}

/** An answer whose signature, order number or shape is wrong is an exception in the SDK or in the shop's own check. */
const NO_RESPONSE = new Set(['notSent', 'timeout', 'reset', 'http', 'unreadable', 'unsigned', 'forged', 'otherOrder']);

function isNull(answer: Answer): boolean {
  if (answer.kind === 'notSent') return true;
  return answer.kind === 'unknown' && (NO_RESPONSE.has(answer.why) || codeOf(answer) === undefined);
}

const SERVICE_UNAVAILABLE = new Set(['20000', 'unknow-error']);
const isTradeError = (answer: Answer) => isNull(answer) || SERVICE_UNAVAILABLE.has(codeOf(answer) ?? '');
const isCancelSuccess = (answer: Answer) => !isNull(answer) && codeOf(answer) === '10000';
const needsRetry = (answer: Answer) => isNull(answer) || answer.kind === 'again';

async function asyncCancel(of: Case): Promise<void> {
  for (let retry = 0; retry < MAX_CANCEL_RETRY; retry += 1) {
    await sleep(of.pace.cancelEvery);
    const answer = await act(of, 'cancel');
    if (isCancelSuccess(answer) || !needsRetry(answer)) return;
  }
}

async function tradeRefund(of: Case): Promise<Conclusion> {
  const answer = await refund(of);
  if (answer.kind === 'done') return { action: 'refunded', because: 'refund answered 10000' };
  return { because: `refund ${isTradeError(answer) ? 'UNKNOWN' : 'FAILED'}: ${wordsOf(answer)}` };
}

export const alipayDemo: Baseline = async (of) => {
  const view = await queryLoop(of, MAX_QUERY_RETRY, STOPS);
  if (view?.kind === 'paid') {
    return of.request.ifPaid === 'keep' ? { action: 'kept', because: 'query says paid' } : tradeRefund(of);
  }
  const answer = await act(of, 'cancel');
  const retries = !isCancelSuccess(answer) && needsRetry(answer);
  const afterwards = retries ? asyncCancel(of) : undefined;
  const said: Conclusion = isTradeError(answer)
    ? { because: `UNKNOWN: cancel ${wordsOf(answer)}` }
    : // FAILED tells the cashier that it is not paid. The weakest final action that says so: no money stays.
      { action: 'nothing_to_reverse', because: `FAILED: cancel ${wordsOf(answer)}` };
  return { ...said, ...(afterwards && { afterwards }) };
};
