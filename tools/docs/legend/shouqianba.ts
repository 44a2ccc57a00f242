/** Shouqianba's codes, from src/gateways/shouqianba/codes.ts. */
import {
  ACT_RESULTS,
  answerBody,
  ERROR_CODES,
  LAYER_1,
  LAYER_1_OTHER,
  type Layer1Row,
  ORDER_STATUS,
} from '../../../src/gateways/shouqianba/codes.ts';
import type { Answer } from '../../../src/reversal/answer.ts';
import { answerWord, code, type Legend, newLegend, refundWord, viewWord } from './legend.ts';

const FAULT = { kind: 'unknown', why: 'gatewayFault' } as const;

function answerOf(row: Layer1Row): Answer {
  return row.kind === 'rejected' ? { ...row, code: '' } : FAULT;
}

/** Codes that are named after one call come with that call only. */
function belongs(name: string, family: 'cancel' | 'refund'): boolean {
  if (/^UPAY_CANCEL_/.test(name)) return family === 'cancel';
  return !/^(UPAY_)?REFUND/.test(name) || family === 'refund';
}

/** A rejection of the layer 1 is the same to a look; so is "this merchant may not collect" (`barred`). */
function viewOf(row: Layer1Row) {
  if (row.kind === 'rejected') return { ...row, code: '' };
  return row.barred ? ({ kind: 'rejected', why: 'config', code: '' } as const) : FAULT;
}

export function shouqianbaLegend(): Legend {
  const legend = newLegend([
    'An answer has three layers: `result_code`, `biz_response.result_code` and the order in `biz_response.data`. An ' +
      'error code explains a `FAIL`; beside an `*_ERROR` only a few do, since the call may have been executed.',
    'Answers are not signed: TLS is the only protection, so the addresses must be https.',
  ]);
  const { views, answers, refunds } = legend;
  for (const [status, row] of ORDER_STATUS) {
    views.add(viewWord(row.view({})), code(status));
    refunds.add(refundWord(row.refund), code(status));
  }
  refunds.add('done', '`client_tsn` names our refund, and the order is `REFUNDED` or `net_amount` fell by its amount');

  for (const family of ['cancel', 'refund'] as const) {
    answers[family].add('limited', 'HTTP 429');
    for (const [result, verdict] of ACT_RESULTS[family]) {
      if (result !== 'FAIL') answers[family].add(answerWord(answerBody(verdict, '')), code(result));
    }
    for (const [name, row] of ERROR_CODES) {
      const beside = row.onError ? '`FAIL` or `*_ERROR`' : '`FAIL`';
      if (row.is !== 'PAY' && belongs(name, family))
        answers[family].add(answerWord(answerBody(row.act, '')), `${beside} ${code(name)}`);
    }
    answers[family].add('unclear', '`FAIL` with any other code');
  }
  for (const [name, row] of ERROR_CODES) {
    if (row.look !== undefined) views.add(row.look === 'absent' ? 'absent' : 'rejected', code(name));
  }
  for (const [layer, rows] of LAYER_1) {
    for (const [name, row] of rows) add(`${layer} ${code(name)}`, row);
  }
  for (const [layer, row] of LAYER_1_OTHER) add(`any other ${layer}`, row);
  return legend;

  function add(name: string, row: Layer1Row): void {
    views.add(viewWord(viewOf(row)), name);
    refunds.add(refundWord(viewOf(row)), name);
    for (const family of ['cancel', 'refund'] as const) answers[family].add(answerWord(answerOf(row)), name);
  }
}
