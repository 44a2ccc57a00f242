/** What the words of the tables stand for in a gateway's own codes: read from the gateway's code tables. */
import type { Answer } from '../../../src/reversal/answer.ts';
import { answerKeyOf, refundKeyOf, viewKeyOf } from '../../../src/reversal/keys.ts';
import type { OrderView, RefundView } from '../../../src/reversal/order-view.ts';
import type { AnswerKey, RefundKey, ViewKey } from '../../../src/reversal/rules.ts';

/** The gateway's codes by the word that Unwind has for them, each as it should be printed. */
export class Words<Key extends string> {
  readonly #codes = new Map<Key, string[]>();

  add(key: Key, code: string): this {
    const codes = this.#codes.get(key) ?? [];
    if (!codes.includes(code)) this.#codes.set(key, [...codes, code]);
    return this;
  }

  /** The codes of both. */
  and(other: Words<Key>): Words<Key> {
    const both = new Words<Key>();
    for (const words of [this, other])
      for (const [key, codes] of words.#codes) for (const code of codes) both.add(key, code);
    return both;
  }

  of(key: Key): readonly string[] {
    return this.#codes.get(key) ?? [];
  }
}

export interface Legend {
  readonly views: Words<ViewKey>;
  /** Answers by verb; `cancel` stands for revoke too. */
  readonly answers: Readonly<Record<'cancel' | 'close' | 'refund', Words<AnswerKey>>>;
  readonly refunds: Words<RefundKey>;
  /** Further lines under the legend. */
  readonly notes: readonly string[];
}

export const code = (text: string) => `\`${text}\``;

/** No answer, or one that cannot be trusted: the same for every gateway. */
const NO_ANSWER = 'no answer that can be trusted';
const NOT_SENT = 'never left us';
const COMMON_NOTES = [
  '**No answer that can be trusted:** no answer in time, a broken connection, an HTTP status without a contract, an ' +
    'unreadable answer, a missing or wrong signature where one is due, an answer about another order, a code or ' +
    'status that nobody has described. The call may have been executed.',
  '**Never left us:** refused connection, DNS or TLS failure, no free worker in time, a ledger that could not be ' +
    'written.',
];

/** A legend with what every gateway has in common. */
export function newLegend(notes: readonly string[]): Legend {
  const words = () => new Words<AnswerKey>().add('notSent', NOT_SENT);
  const legend = {
    views: new Words<ViewKey>(),
    answers: { cancel: words(), close: words(), refund: words() },
    refunds: new Words<RefundKey>(),
    notes: [...COMMON_NOTES, ...notes],
  };
  legend.views.add('unknown', NO_ANSWER);
  legend.refunds.add('unknown', NO_ANSWER);
  for (const answers of Object.values(legend.answers)) answers.add('unknown', NO_ANSWER);
  return legend;
}

/** What a look's or an act's outcome is called in the tables. */
export const viewWord = (view: OrderView): ViewKey => viewKeyOf(view);
export const answerWord = (answer: Answer): AnswerKey => answerKeyOf(answer);
export const refundWord = (view: RefundView): RefundKey => refundKeyOf(view);
