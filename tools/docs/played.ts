/** The grid of one act: what the gateway answered × what the look after it shows → what `decide` really does. */
import type { Answer, Verb } from '../../src/reversal/answer.ts';
import type { OrderState } from '../../src/reversal/order-view.ts';
import type { AnswerKey, Rules } from '../../src/reversal/rules.ts';
import { gridTable } from './markdown.ts';
import { play } from './play.ts';

const refused = (why: Extract<Answer, { kind: 'refused' }>['why']): Answer => ({ kind: 'refused', why, code: 'X' });
const rejected = (why: Extract<Answer, { kind: 'rejected' }>['why']): Answer => ({ kind: 'rejected', why, code: 'X' });

/** One answer for each word of the tables. */
export const SAMPLE: Readonly<Record<AnswerKey, Answer>> = {
  closed: { kind: 'done', effect: 'closed' },
  refunded: { kind: 'done', effect: 'refunded' },
  nothingFound: { kind: 'done', effect: 'nothingFound' },
  unspecified: { kind: 'done', effect: 'unspecified' },
  again: { kind: 'again' },
  running: { kind: 'running' },
  tooLate: refused('tooLate'),
  state: refused('state'),
  notAllowed: refused('notAllowed'),
  noFunds: refused('noFunds'),
  frozen: refused('frozen'),
  finished: refused('finished'),
  partlyRefunded: refused('partlyRefunded'),
  absent: refused('absent'),
  unclear: refused('unclear'),
  notSent: { kind: 'notSent', why: 'ECONNREFUSED' },
  limited: { kind: 'unknown', why: 'limited' },
  gatewayFault: { kind: 'unknown', why: 'gatewayFault' },
  unknown: { kind: 'unknown', why: 'timeout' },
  rejectedSignature: rejected('signature'),
  rejectedRequest: rejected('request'),
  rejectedConfig: rejected('config'),
};

const PAID: OrderState = { kind: 'paid' };
const UNPAID: OrderState = { kind: 'unpaid' };
const ABSENT: OrderState = { kind: 'absent' };
const FAILED: OrderState = { kind: 'unknown', why: 'timeout' };

const COLUMNS: readonly (readonly [name: string, before: OrderState, after: OrderState])[] = [
  ['was paid, is paid', PAID, PAID],
  ['was not paid, is not paid', UNPAID, UNPAID],
  ['was not paid, is paid', UNPAID, PAID],
  ['no such order, twice', ABSENT, ABSENT],
  ['the look failed, twice', FAILED, FAILED],
];

/** @param rows the answers that this gateway can give, each with its label */
export function playedGrid(rules: Rules, verb: Verb, rows: readonly (readonly [AnswerKey, string])[]): string {
  return gridTable({
    corner: `Answer to \`${verb}\``,
    columns: COLUMNS.map(([name]) => name),
    rows: rows.map(([key, label]) => ({
      label,
      cells: COLUMNS.map(
        ([, before, after]) => play({ rules, before, sent: { verb, answer: SAMPLE[key] }, after }).said,
      ),
    })),
  });
}
