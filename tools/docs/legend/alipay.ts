/** Alipay's codes, from src/gateways/alipay/codes.ts. */
import {
  ACT_CODES,
  type ActRow,
  CANCEL_ACTIONS,
  type Failure,
  FUND_CHANGES,
  GATEWAY_CODES,
  QUERY_CODES,
  REFUND_QUERY_CODES,
  SUCCEEDED,
  TRADE_STATUSES,
} from '../../../src/gateways/alipay/codes.ts';
import type { Answer } from '../../../src/reversal/answer.ts';
import { answerWord, code, type Legend, newLegend, refundWord, viewWord } from './legend.ts';

const isGateway = (name: string) => Object.hasOwn(GATEWAY_CODES, name);
/** Business codes carry `ACQ.`, or the real typo `AQC.`. */
const named = (name: string) => code(isGateway(name) ? name : `ACQ.${name}`);

function answerOf(row: ActRow): Answer {
  return row.kind === 'unknown' ? row : { ...row, code: '' };
}

function failureView(row: Failure) {
  return row.kind === 'rejected' ? { ...row, code: '' } : row;
}

export function alipayLegend(): Legend {
  const legend = newLegend([
    'Codes are compared without their prefix (`ACQ.`, the real typo `AQC.`, `aop.`, `isv.`, `isp.`).',
    'The errors of OpenAPI v3 are not signed. Such an answer chooses the next call and proves nothing: ' +
      '`nothing_to_reverse` needs a signed cancel that found nothing, or a signed look.',
    '`retry_flag=N` beside an error: that cancel is not sent again. What became of it is shown by looks, and it may still ' +
      'be executed as long as any other call whose answer was lost.',
  ]);
  const { views, answers, refunds } = legend;
  for (const [status, { undated, dated }] of Object.entries(TRADE_STATUSES)) {
    if (viewWord(undated) === viewWord(dated)) views.add(viewWord(dated), code(status));
    else {
      views.add(viewWord(undated), `${code(status)} without \`send_pay_date\``);
      views.add(viewWord(dated), `${code(status)} with \`send_pay_date\``);
    }
  }
  for (const [name, row] of Object.entries(QUERY_CODES)) {
    views.add(row.kind === 'absent' ? 'absent' : viewWord(failureView(row)), named(name));
  }
  for (const [name, row] of Object.entries(REFUND_QUERY_CODES)) {
    refunds.add(row.kind === 'notFound' ? 'notFound' : refundWord(failureView(row)), named(name));
  }
  refunds.add('notFound', '`10000` without `refund_status`').add('done', '`refund_status=REFUND_SUCCESS`');

  for (const [action, done] of Object.entries(CANCEL_ACTIONS)) {
    answers.cancel.add(
      answerWord(done),
      action === '' ? '`10000` without `action`' : `\`10000\`, \`action=${action}\``,
    );
  }
  answers.cancel.add(answerWord(SUCCEEDED), '`10000` with any other `action`');
  answers.cancel.add('again', '`retry_flag=Y` with any code, `10000` included');
  answers.close.add('closed', '`10000`');
  for (const [change, done] of Object.entries(FUND_CHANGES)) {
    answers.refund.add(answerWord(done), `\`10000\`, \`fund_change=${change}\``);
  }
  answers.refund.add(answerWord(SUCCEEDED), '`10000` with `fund_change=N` or without it');
  for (const verb of ['cancel', 'close', 'refund'] as const) {
    for (const [name, row] of Object.entries(ACT_CODES[verb]))
      answers[verb].add(answerWord(answerOf(row)), named(name));
    answers[verb].add('unclear', 'any other business code');
    for (const [name, row] of Object.entries(GATEWAY_CODES)) answers[verb].add(answerWord(answerOf(row)), named(name));
    answers[verb].add('rejectedConfig', 'every other gateway code of v3');
  }
  for (const [name, row] of Object.entries(GATEWAY_CODES)) {
    views.add(viewWord(failureView(row)), named(name));
    refunds.add(refundWord(failureView(row)), named(name));
  }
  return legend;
}
