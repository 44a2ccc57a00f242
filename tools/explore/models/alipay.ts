/** Alipay as a model (specification 4, 5, 6 and 10.2). */
import { RULES } from '../../../src/gateways/rules.ts';
import type { Verb } from '../../../src/reversal/answer.ts';
import { HOUR, MINUTE, SECOND } from '../../../src/reversal/rules.ts';
import { MIND } from '../mind.ts';
import {
  AMOUNT,
  becomes,
  does,
  IN_DOUBT,
  lies,
  type Model,
  ODD_REFUND_VIEWS,
  ODD_VIEWS,
  type Outcome,
  REJECTIONS,
  refusals,
  refuses,
  shows,
  UNEXECUTED,
  UNSIGNED_ABSENT,
  unsigned,
} from '../model.ts';
import type { Truth, World } from '../world.ts';

const LAG = 5 * SECOND;
const DAY_OF_CANCEL = 24 * HOUR;

const closed = becomes('closed', 'us', LAG);
const returned = becomes('refunded', 'us', LAG);
/** 10.2, the switch "tombstone": a cancel of a missing order may block the number, or not (the dangerous default). */
const block = (w: World): World => ({ ...w, blocked: true });
const refundDone = (w: World, now: number): World => ({ ...returned(w, now), refund: 'done' });

/** 10.2: operation by state. The usual outcome stands first; what is unconfirmed there is an outcome of its own here. */
const OUTCOMES: { readonly [V in Verb]?: { readonly [T in Truth]?: readonly Outcome[] } } = {
  cancel: {
    absent: [does('nothingFound'), { ...does('nothingFound', block), name: 'nothingFound, number blocked' }],
    // An `action` that nobody has described is a success all the same.
    unpaid: [does('closed', closed), does('unspecified', closed)],
    // "A cancel that says success while the order stays paid exists" (clarification 5).
    paid: [does('refunded', returned), does('refunded'), does('unspecified'), does('closed', lies)],
    finished: [refuses('finished')],
    partly: [refuses('partlyRefunded')],
    closed: [does('nothingFound'), does('closed'), refuses('state')],
    refunded: [does('nothingFound'), does('refunded'), refuses('state')],
  },
  close: {
    absent: [refuses('absent')],
    unpaid: [does('closed', closed)],
    paid: [refuses('state')],
    finished: [refuses('state')],
    partly: [refuses('state')],
    closed: [refuses('state')],
    refunded: [refuses('state')],
  },
  refund: {
    absent: [refuses('absent')],
    unpaid: [refuses('state')],
    paid: [does('refunded', refundDone), does('unspecified', refundDone), does('unspecified'), does('refunded')],
    finished: [refuses('finished')],
    partly: [refuses('partlyRefunded')],
    closed: [refuses('state')],
    refunded: [does('unspecified'), refuses('state')],
  },
};

const TOO_LATE: readonly Outcome[] = [refuses('tooLate')];

function act(verb: Verb, w: World, now: number): readonly Outcome[] {
  if (verb === 'cancel' && w.truth === 'paid' && now - w.createdAt >= DAY_OF_CANCEL) return TOO_LATE;
  const outcomes = OUTCOMES[verb]?.[w.truth];
  if (outcomes === undefined) throw new Error(`Alipay has no ${verb} for ${w.truth}`);
  return outcomes;
}

const NO_REFUND = [{ kind: 'notFound' }] as const;
const REFUNDED = [{ kind: 'done', amount: AMOUNT }, { kind: 'done' }] as const;

export const alipay: Model = {
  name: 'alipay',
  rules: RULES.alipay,
  mind: MIND,
  accounts: [{ permits: { refund: false } }],
  lag: LAG,
  horizon: 60 * SECOND,
  harmlessTwice: ['cancel', 'close', 'refund'], // 5.4, 6.2
  blind: ['cancel'], // 8.2, Q7
  barcodeLife: 5 * MINUTE,
  views: {
    absent: [{ kind: 'absent' }, { kind: 'absent', hint: true }],
    unpaid: [shows({ kind: 'unpaid' })],
    paid: [shows({ kind: 'paid' })],
    // Partial refunds keep TRADE_SUCCESS (clarification 17).
    partly: [shows({ kind: 'paid' })],
    finished: [shows({ kind: 'paid', reversible: false })],
    // 4.3: without a payment date a closed trade may be either.
    closed: [shows({ kind: 'gone' })],
    refunded: [shows({ kind: 'refunded' }), shows({ kind: 'gone' })],
  },
  forgets: true,
  oddViews: [...ODD_VIEWS, UNSIGNED_ABSENT],
  refundViews: (w) => (w.refund === 'done' ? REFUNDED : NO_REFUND),
  oddRefundViews: ODD_REFUND_VIEWS,
  act,
  refusals: {
    cancel: [
      ...UNEXECUTED,
      ...refusals('tooLate', 'notAllowed', 'noFunds', 'frozen', 'finished', 'partlyRefunded', 'state', 'absent'),
      ...refusals('unclear'),
      ...refusals('noFunds', 'absent').map((answer) => ({ ...answer, noRepeat: true as const })),
    ],
    close: [...UNEXECUTED, ...refusals('state', 'finished', 'absent', 'unclear')],
    refund: [
      ...UNEXECUTED,
      ...refusals('noFunds', 'state', 'absent', 'partlyRefunded', 'unclear', 'finished', 'frozen', 'notAllowed'),
    ],
  },
  doubts: {
    // 5.4: retry_flag=N beside an error, and retry_flag=Y
    cancel: [IN_DOUBT, { ...IN_DOUBT, noRepeat: true }, { kind: 'again' }],
    close: [IN_DOUBT],
    refund: [IN_DOUBT],
  },
  // Errors of v3 are unsigned by default (clarification 1).
  hints: {
    cancel: unsigned(...refusals('absent', 'state', 'tooLate'), ...REJECTIONS),
    close: unsigned(...refusals('absent', 'state'), ...REJECTIONS),
    refund: unsigned(...refusals('absent', 'state'), ...REJECTIONS),
  },
  drifts: [
    { name: 'the refund period ends', from: ['paid'], change: becomes('finished', 'others') },
    { name: 'somebody else refunds all of it', from: ['paid', 'partly'], change: becomes('refunded', 'others') },
    { name: 'somebody else refunds a part', from: ['paid'], change: becomes('partly', 'others') },
    { name: 'somebody else closes it', from: ['unpaid'], change: becomes('closed', 'others') },
  ],
  starts: ['absent', 'unpaid', 'paid', 'finished'],
  unreachable: {
    'before.*.partlyRefunded': 'a partial refund keeps TRADE_SUCCESS, which shows as paid',
    'before.*.closed': 'TRADE_CLOSED without a payment date shows as gone, with one as refunded',
    'before.*.(settling|faulty)*': 'Alipay has no states of its own doubt or work',
    'afterUndo.running.*': 'no answer of Alipay means "in progress"',
    'afterClose.running.*': 'no answer of Alipay means "in progress"',
    'afterClose.again.*': 'retry_flag belongs to cancel',
    'afterClose.(refunded|nothingFound|unspecified).*': 'a successful close says closed, and nothing else',
    'afterClose.(tooLate|notAllowed|noFunds|frozen|partlyRefunded).*': 'not among the codes of close (6.1)',
    'afterRefund.(closed|nothingFound|again|running|tooLate).*': 'not among the answers to a refund (6.2)',
    'afterRefund.*.(running|failed)': 'the refund query knows success and silence (6.3)',
  },
};
