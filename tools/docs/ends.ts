/** Which final action each end records: what `decide` concludes from a look, given what was known before. */
import type { Verb } from '../../src/reversal/answer.ts';
import type { OrderState } from '../../src/reversal/order-view.ts';
import type { AnswerKey, Rules, ViewKey } from '../../src/reversal/rules.ts';
import { gridTable } from './markdown.ts';
import { play } from './play.ts';
import { SAMPLE } from './played.ts';
import { ANSWERS, VIEWS } from './words.ts';

const ENDS: Readonly<Partial<Record<ViewKey, OrderState>>> = {
  closed: { kind: 'closed' },
  refunded: { kind: 'refunded' },
  gone: { kind: 'gone' },
  absent: { kind: 'absent' },
};

/** What tells ends apart; any other answer says nothing about the money. */
const TELLING: readonly AnswerKey[] = ['closed', 'refunded', 'nothingFound', 'unspecified', 'unknown', 'tooLate'];

function concluded(rules: Rules, before: OrderState, after: OrderState, verb: Verb, key?: AnswerKey): string {
  const { outcome, said } = play({
    rules,
    before,
    after,
    ...(key !== undefined && { sent: { verb, answer: SAMPLE[key] } }),
  });
  if (outcome === undefined)
    return `no end: ${said.replace(/ (at once|after .*)$/, '').replace('people:', 'asks people,')}`;
  return `\`${outcome.action}\`${outcome.contradiction ? ', flagged as a contradiction' : ''}`;
}

/**
 * @param shown the ends that this gateway can show
 * @param answers the answers that it can give to `verb`
 */
export function endsTable(rules: Rules, verb: Verb, shown: readonly ViewKey[], answers: readonly AnswerKey[]): string {
  const ends = shown.flatMap((key) => {
    const state = ENDS[key];
    return state === undefined ? [] : [[key, state] as const];
  });
  const before: readonly (readonly [string, OrderState])[] = [
    ['was seen paid', { kind: 'paid' }],
    ['was never seen paid', { kind: 'unpaid' }],
  ];
  const tries: readonly (AnswerKey | undefined)[] = [undefined, ...TELLING.filter((key) => answers.includes(key))];
  const nameOf = (key: AnswerKey | undefined) =>
    key === undefined ? 'nothing was sent' : key === 'tooLate' ? 'any refusal' : ANSWERS[key];
  return gridTable({
    corner: `Answer to \`${verb}\` before the look`,
    columns: ends.flatMap(([key]) => before.map(([name]) => `${VIEWS[key]}; ${name}`)),
    rows: tries.map((key) => ({
      label: nameOf(key),
      cells: ends.flatMap(([, after]) => before.map(([, seen]) => concluded(rules, seen, after, verb, key))),
    })),
  });
}
