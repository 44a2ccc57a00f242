/** DaxPay's codes by profile, from src/gateways/daxpay/codes.ts and statuses.ts. */
import {
  ANSWERS,
  type Call,
  CODES,
  LOOK_PROBLEMS,
  type Meaning,
  type ProfileName,
} from '../../../src/gateways/daxpay/codes.ts';
import { PROFILES } from '../../../src/gateways/daxpay/profiles.ts';
import { orderState, refundState, type StatedOrder } from '../../../src/gateways/daxpay/statuses.ts';
import { answerWord, code, type Legend, newLegend, refundWord, viewWord } from './legend.ts';

/** The order statuses of the contract, and the refund states that change what `success` and `close` mean. */
const STATUSES = ['wait', 'progress', 'init', 'processing', 'timeout', 'success', 'close', 'cancel', 'fail'] as const;
const REFUND_STATUSES = ['no_refund', 'refunding', 'partial_refund', 'refunded'] as const;
const REFUNDS = ['progress', 'success', 'fail', 'close'] as const;

const order = (status: string, more: Partial<StatedOrder> = {}): StatedOrder => ({
  status,
  refundStatus: 'no_refund',
  refundable: undefined,
  paidAt: undefined,
  wasPaid: false,
  ...more,
});

const ACTS = { cancel: 'cancel', close: 'close', refund: 'refund' } as const satisfies Record<string, Call>;

const shown = (name: string) => (name === 'data.1' ? '`data.code` 1' : code(name));

const UNASKED =
  'Its own timer closes an expired order whatever the channel holds: `close` with a `closeTime` not before the ' +
  '`expiredTime` ends a barcode payment only when a close of ours was answered; else people are asked, `gateway-unsure`.';

function addViews({ views, refunds }: Legend): void {
  for (const status of STATUSES) {
    if (status === 'success') {
      for (const refundStatus of REFUND_STATUSES) {
        views.add(viewWord(orderState(order(status, { refundStatus }))), `\`success\`, ${code(refundStatus)}`);
      }
    } else views.add(viewWord(orderState(order(status))), code(status));
  }
  views.add(viewWord(orderState(order('close', { wasPaid: true }))), '`close` with a time of payment or a refund');
  for (const status of REFUNDS) refunds.add(refundWord(refundState(status, undefined, '')), code(status));
}

export function daxpayLegend(profile: ProfileName): Legend {
  const legend = newLegend([
    'Texts are localised and decide nothing, with one exception: in profile C they tell "no such order" and "no such ' +
      'refund" from the other uses of `data.code` 1.',
    'A refund is judged by its own query, never by the shape of the answer: code 0 can be a refund that failed.',
    ...(PROFILES[profile].timerClosesUnasked ? [UNASKED] : []),
  ]);
  const { views, answers, refunds } = legend;
  addViews(legend);
  answers.cancel.add('unspecified', '`0`');
  answers.close.add('closed', '`0`');
  answers.refund.add('unspecified', '`0`');
  for (const words of Object.values(answers)) words.add('limited', 'HTTP 429');
  const table = CODES[profile];
  const add = (call: Call, name: string, meaning: Meaning): void => {
    if (meaning === 'ok') return;
    const problem = LOOK_PROBLEMS[meaning]('');
    if (call === 'query') views.add(problem.kind === 'absent' ? 'absent' : viewWord(problem), name);
    else if (call === 'queryRefund') refunds.add(problem.kind === 'absent' ? 'notFound' : refundWord(problem), name);
    else if (call !== 'sync' && call !== 'syncRefund') answers[ACTS[call]].add(answerWord(ANSWERS[meaning]('')), name);
  };
  const calls: readonly Call[] = ['query', 'queryRefund', 'cancel', 'close', 'refund'];
  for (const call of calls) {
    const special = table.special.filter(({ on }) => on?.includes(call) ?? true);
    for (const { code: name, means, text, signed } of special) {
      add(
        call,
        `${shown(name)}${text === undefined ? '' : ` "${text.replace('\n', ' ')}"`}${signed ? ', signed' : ''}`,
        means,
      );
    }
    for (const [name, meaning] of Object.entries(table.codes)) {
      const narrowed = special.some((row) => row.code === name);
      add(call, narrowed ? `${shown(name)} otherwise` : shown(name), meaning);
    }
  }
  return legend;
}
