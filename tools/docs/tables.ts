/** The tables of a gateway's page: what its rules say, cell by cell, and its codes. */
import type { Verb } from '../../src/reversal/answer.ts';
import {
  ANSWER_KEYS,
  type AnswerKey,
  ENDS,
  type Move,
  REFUND_KEYS,
  type Row,
  type Rules,
  VIEW_KEYS,
  type ViewKey,
} from '../../src/reversal/rules.ts';
import { duration } from './duration.ts';
import type { Legend, Words } from './legend/legend.ts';
import { gridTable, markdownTable } from './markdown.ts';
import { sentence } from './moves.ts';
import { ANSWERS, REFUNDS, VIEWS } from './words.ts';

export interface Subject {
  /** `Alipay`, `DaxPay 2.0.8 (profile C)`. */
  readonly title: string;
  readonly rules: Rules;
  readonly legend: Legend;
  /** The calls that the gateway has, in the order of the page. */
  readonly undo: readonly Verb[];
  readonly hasClose: boolean;
  /** What a reader has to know before the tables; Markdown. */
  readonly intro: readonly string[];
}

/** The columns that most rows speak about; the others stand in a table of their own. */
const MAIN_VIEWS: readonly ViewKey[] = ['paid', 'unpaid', 'absent', 'unknown'];
/** Seldom enough that the label of a row stays short. */
const MAX_CODES = 5;
export const AS_BEFORE = 'As before any call.';

const isMove = (cell: Move | number | undefined): cell is Move => typeof cell === 'object';

/** The word with the gateway's codes behind it, when they are few and say all of it. */
export function labelled<Key extends string>(word: string, words: Words<Key>, key: Key): string {
  const codes = words.of(key);
  const telling = codes.every((code) => code.includes('`') && code.length < 60);
  return codes.length === 0 || codes.length > MAX_CODES || !telling ? word : `${word}: ${codes.join(', ')}`;
}

export function beforeTable({ rules, legend }: Subject): string {
  const keys = VIEW_KEYS.filter((key) => legend.views.of(key).length > 0);
  const synced = (key: ViewKey) => (rules.sync?.on.includes(key) ? 'Syncs. ' : '');
  return gridTable({
    corner: 'The look shows',
    columns: ['The payment may be kept', 'The payment must not stay'],
    rows: keys.map((key) => ({
      label: labelled(VIEWS[key], legend.views, key),
      cells: [rules.before[key].keep, rules.before[key].reverse].map(
        (move) => `${synced(key)}${sentence(move, rules)}`,
      ),
      names: [
        [`before.keep.${key}`],
        [`before.reverse.${key}`, ...(rules.sync?.on.includes(key) ? [`sync.${key}`] : [])],
      ],
    })),
  });
}

type AfterTable = { readonly [K in AnswerKey]: Row<ViewKey> };

/** @param names of the table; two where close and cancel have one, which is printed once */
export function afterTables(
  subject: Subject,
  names: readonly ['afterUndo' | 'afterClose', ...('afterUndo' | 'afterClose')[]],
  words: Words<AnswerKey>,
): string {
  const { rules, legend } = subject;
  const table: AfterTable = rules[names[0]];
  const answers = ANSWER_KEYS.filter((key) => words.of(key).length > 0);
  const shown = VIEW_KEYS.filter(
    (view) => legend.views.of(view).length > 0 && !ENDS.has(view) && answers.some((key) => isMove(table[key][view])),
  );
  const main = MAIN_VIEWS.filter((view) => shown.includes(view));
  const rest = shown.filter((view) => !MAIN_VIEWS.includes(view));
  const print = (views: readonly ViewKey[]) =>
    gridTable({
      corner: 'Answer',
      columns: views.map((view) => VIEWS[view]),
      rows: answers.map((key) => {
        const { lookAfter } = table[key];
        const wait = lookAfter === undefined ? '' : `, first look after ${duration(lookAfter)}`;
        return {
          label: labelled(ANSWERS[key], words, key) + wait,
          cells: views.map((view) => {
            const move = table[key][view];
            return isMove(move) ? sentence(move, rules) : AS_BEFORE;
          }),
          names: views.map((view) => (isMove(table[key][view]) ? names.map((name) => `${name}.${key}.${view}`) : [])),
        };
      }),
    });
  const rows = (views: readonly ViewKey[]) => (views.length === 0 ? [] : [print(views)]);
  return [...rows(main), ...rows(rest)].join('\n\n');
}

export function refundTable({ rules, legend }: Subject): string {
  const answers = ANSWER_KEYS.filter((key) => legend.answers.refund.of(key).length > 0);
  const columns = REFUND_KEYS.filter((key) => key !== 'done');
  return gridTable({
    corner: 'Answer to `refund`',
    columns: columns.map((key) => REFUNDS[key]),
    rows: answers.map((key) => ({
      label: labelled(ANSWERS[key], legend.answers.refund, key),
      cells: columns.map((column) => {
        const move = rules.afterRefund[key][column];
        return isMove(move) ? sentence(move, rules) : 'Keeps looking.';
      }),
      names: columns.map((column) => [`afterRefund.${key}.${column}`]),
    })),
  });
}

export function legendTable<Key extends string>(
  corner: string,
  keys: readonly Key[],
  names: Readonly<Record<Key, string>>,
  words: Words<Key>,
): string {
  const rows = keys.flatMap((key) => (words.of(key).length === 0 ? [] : [[names[key], words.of(key).join(', ')]]));
  return markdownTable([corner, "The gateway's own words"], rows);
}
