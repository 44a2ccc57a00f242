/** Small helpers to write a gateway's tables with; no rule of any gateway is in here. */
import type { Verb } from './answer.ts';
import type { StuckReason } from './outcome.ts';
import {
  ANSWER_KEYS,
  type AnswerKey,
  DAY,
  MINUTE,
  type Move,
  type RefundKey,
  type Row,
  SECOND,
  type Timing,
  type ViewKey,
} from './rules.ts';

export const settle: Move = { do: 'settle' };
export const keep: Move = { do: 'keep' };
export const watch: Move = { do: 'watch' };
export const ask = (reason: StuckReason): Move => ({ do: 'ask', reason });

export function look(length: Extract<Move, { do: 'look' }>['for'], next?: Move): Move {
  return { do: 'look', for: length, ...(next && { next }) };
}

export function send(verbs: readonly Verb[] | 'paid' | 'unpaid' | 'same', otherwise?: Move, tries?: number): Move {
  return { do: 'send', verbs, ...(tries !== undefined && { tries }), ...(otherwise && { else: otherwise }) };
}

export const both = (move: Move) => ({ keep: move, reverse: move });

/** A table in which the answers of one group share a row; every answer must be in exactly one group. */
export function table<Key extends ViewKey | RefundKey>(
  groups: readonly { readonly answers: readonly AnswerKey[]; readonly row: Row<Key> }[],
): { readonly [K in AnswerKey]: Row<Key> } {
  const rows = new Map<AnswerKey, Row<Key>>();
  for (const { answers, row } of groups) {
    for (const answer of answers) {
      if (rows.has(answer)) throw new Error(`two rows for the answer ${answer}`);
      rows.set(answer, row);
    }
  }
  const missing = ANSWER_KEYS.filter((answer) => !rows.has(answer));
  if (missing.length > 0) throw new Error(`no row for the answers ${missing.join(', ')}`);
  return Object.fromEntries(rows) as { readonly [K in AnswerKey]: Row<Key> };
}

/** Answers that every gateway treats alike, by what is known after them. */
export const DONE = ['closed', 'refunded', 'nothingFound', 'unspecified'] as const;
export const UNANSWERED = ['notSent', 'limited', 'gatewayFault', 'unknown'] as const;
export const REJECTED = ['rejectedSignature', 'rejectedRequest', 'rejectedConfig'] as const;

/** The table after an act that the gateway does not have. */
export const noTable = <Key extends ViewKey | RefundKey>() => table<Key>([{ answers: ANSWER_KEYS, row: {} }]);

/** A row after a refund: what its own query does not know yet is looked at again, whatever the answer was. */
export function refundRow(notFound: Move, failed: Move): Row<RefundKey> {
  return { notFound, failed, running: look('ever'), unknown: look('ever'), rejected: ask('configuration') };
}

/** People are asked, whatever a look shows that is not an end. */
export function askAbout(reason: StuckReason): Row<ViewKey> {
  const move = ask(reason);
  return { paid: move, unpaid: move, absent: move, unknown: move };
}

/** Figures that no gateway's documents speak about; each gateway overrides what its own say. */
export const COMMON_TIMING: Timing = {
  pollEvery: 3 * SECOND,
  patience: 30 * SECOND,
  minimumAge: 0,
  freshness: 10 * SECOND,
  gap: SECOND,
  confirmWithin: 10 * SECOND,
  actHorizon: 60 * SECOND,
  quiet: 60 * SECOND,
  codeLife: 2 * 60 * MINUTE,
  watch: [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE],
  refundLookAfter: 10 * SECOND,
  selfCheck: 60 * MINUTE,
  lookTimeout: 5 * SECOND,
  actTimeout: 10 * SECOND,
  backOff: {
    first: 2 * SECOND,
    factor: 2,
    max: MINUTE,
    fastFor: 10 * MINUTE,
    slowEvery: 5 * MINUTE,
    giveUpAfter: DAY,
  },
};
