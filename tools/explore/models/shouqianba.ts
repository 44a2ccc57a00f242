/** Shouqianba as a model (specification 3.1, 5.2 to 5.6, 10). */
import { RULES } from '../../../src/gateways/rules.ts';
import type { Verb } from '../../../src/reversal/answer.ts';
import type { RefundView } from '../../../src/reversal/order-view.ts';
import { MINUTE, SECOND } from '../../../src/reversal/rules.ts';
import { MIND } from '../mind.ts';
import {
  AMOUNT,
  answers,
  becomes,
  does,
  IN_DOUBT,
  lies,
  type Model,
  ODD_REFUND_VIEWS,
  ODD_VIEWS,
  type Outcome,
  RUNNING,
  refusals,
  refuses,
  shows,
  UNEXECUTED,
  until,
} from '../model.ts';
import type { RefundTruth, Truth, World } from '../world.ts';

const LAG = 5 * SECOND;
const SOON = 20 * SECOND;

const cancelled = becomes('cancelled', 'us', LAG);
const cancelUnclear = becomes('cancelUnclear', 'us', LAG);
const cancelling = (as: Truth) => until(becomes('cancelling', 'us', LAG), SOON, as, 'us');
const withRefund = (truth: Truth, refund: RefundTruth) => {
  const change = becomes(truth, 'us', LAG);
  return (w: World, now: number): World => ({ ...change(w, now), refund });
};
const refunded = withRefund('refunded', 'done');
const refunding = (as: Truth, end: RefundTruth) => until(withRefund('refunding', 'running'), SOON, as, 'us', end);

/** The ABORT family, of a payment that was stopped; that it never meets a payment that was made is inferred (5.2). */
const aborts: readonly Outcome[] = [
  does('unspecified', cancelled),
  answers('running', RUNNING, cancelling('cancelled')),
  answers('running, ends in CANCEL_ERROR', RUNNING, cancelling('cancelUnclear')),
  answers('running, to no effect', RUNNING, until(becomes('cancelling', 'us', LAG), SOON, 'unpaid', 'us')),
  answers('CANCEL_ERROR', IN_DOUBT, cancelUnclear),
  { ...does('unspecified', lies), name: 'done, which is not so' },
];
const returns: readonly Outcome[] = [
  does('unspecified', cancelled),
  answers('running', RUNNING, cancelling('cancelled')),
  answers('running, ends in CANCEL_ERROR', RUNNING, cancelling('cancelUnclear')),
  answers('running, to no effect', RUNNING, cancelling('paid')),
  answers('CANCEL_ERROR', IN_DOUBT, cancelUnclear),
  answers('CANCEL_ERROR, later cancelled', IN_DOUBT, until(cancelUnclear, SOON, 'cancelled', 'us')),
  // "A cancel that says success while the order stays paid exists" (clarification 5).
  { ...does('unspecified'), name: 'unspecified, which is not so' },
];
const noop: readonly Outcome[] = [does('unspecified'), refuses('state')];
const wrongState: readonly Outcome[] = [refuses('state')];
const stillAtIt: readonly Outcome[] = [answers('running', RUNNING)];

/** 5.2, row by row. */
const CANCEL: { readonly [T in Truth]?: readonly Outcome[] } = {
  absent: [refuses('absent')],
  unpaid: aborts,
  paid: returns,
  partly: wrongState,
  refunded: wrongState,
  closed: noop,
  cancelled: noop,
  paymentUnclear: [does('unspecified', cancelled), answers('CANCEL_ABORT_ERROR', IN_DOUBT), refuses('state')],
  cancelling: stillAtIt,
  cancelUnclear: [refuses('state'), does('unspecified', cancelled)],
  refunding: wrongState,
  refundUnclear: wrongState,
};

/** 5.6. */
const REFUND: { readonly [T in Truth]?: readonly Outcome[] } = {
  absent: [refuses('absent')],
  unpaid: wrongState,
  paid: [
    does('refunded', refunded),
    answers('running', RUNNING, refunding('refunded', 'done')),
    answers('running, ends in REFUND_ERROR', RUNNING, refunding('refundUnclear', 'failed')),
    answers('running, to no effect', RUNNING, refunding('paid', 'none')),
    answers('REFUND_ERROR', IN_DOUBT, withRefund('refundUnclear', 'failed')),
    { ...does('refunded'), name: 'refunded, which is not so' },
  ],
  partly: [refuses('unclear')],
  refunded: wrongState,
  closed: wrongState,
  cancelled: wrongState,
  paymentUnclear: wrongState,
  cancelling: wrongState,
  cancelUnclear: wrongState,
  refunding: stillAtIt,
  refundUnclear: [does('refunded', refunded), answers('REFUND_ERROR', IN_DOUBT)],
};

const ALREADY: readonly Outcome[] = [does('unspecified')];

function act(verb: Verb, w: World): readonly Outcome[] {
  // A refund number that is done is done: NOOP.
  if (verb === 'refund' && w.refund === 'done') return ALREADY;
  const outcomes = verb === 'refund' ? REFUND[w.truth] : verb === 'close' ? undefined : CANCEL[w.truth];
  if (outcomes === undefined) throw new Error(`Shouqianba has no ${verb} for ${w.truth}`);
  return outcomes;
}

const NOT_FOUND: readonly RefundView[] = [{ kind: 'notFound' }];
const IN_PROGRESS: readonly RefundView[] = [{ kind: 'running' }];
const FAILED: readonly RefundView[] = [{ kind: 'failed', code: 'REFUND_ERROR' }];
const DONE: readonly RefundView[] = [{ kind: 'done', amount: AMOUNT }, { kind: 'done' }];
/** The order moved, and not by a refund that bears our number. */
const UNCLEAR: readonly RefundView[] = [{ kind: 'unknown', why: 'unfamiliar' }];

function refundViews(w: World): readonly RefundView[] {
  if (w.refund === 'done') return DONE;
  if (w.truth === 'refunding') return IN_PROGRESS;
  if (w.truth === 'refundUnclear') return FAILED;
  const speaksOfPayment = ['absent', 'unpaid', 'paid', 'closed', 'cancelled'].includes(w.truth);
  return speaksOfPayment ? NOT_FOUND : UNCLEAR;
}

/** Paid, and in another state at once. PAY_ERROR may come although the money was taken. */
function paidThen(truth: Truth): (w: World, now: number) => World {
  return (w, now) => becomes(truth, 'others')(becomes('paid', 'payer')(w, now), now);
}

const ANY_REFUSAL = refusals('absent', 'state', 'notAllowed', 'noFunds', 'unclear');
const undo = [...UNEXECUTED, ...ANY_REFUSAL];

export const shouqianba: Model = {
  name: 'shouqianba',
  rules: RULES.shouqianba,
  mind: MIND,
  accounts: [{ permits: { revoke: false } }],
  lag: LAG,
  horizon: 60 * SECOND,
  // 5.4, 5.6: all or nothing, gated by the state; a number is one refund.
  harmlessTwice: ['cancel', 'revoke', 'refund'],
  blind: ['cancel', 'revoke'], // 8.A: "500, timeout: cancel is still right"
  barcodeLife: 45 * SECOND, // 4.1: the longest that anybody holds a payment
  views: {
    absent: [{ kind: 'absent' }],
    unpaid: [shows({ kind: 'unpaid' })],
    paid: [shows({ kind: 'paid' })],
    partly: [shows({ kind: 'partlyRefunded', remaining: AMOUNT / 2 }), shows({ kind: 'partlyRefunded' })],
    closed: [shows({ kind: 'gone' })],
    cancelled: [shows({ kind: 'gone' })],
    refunded: [shows({ kind: 'refunded' })],
    cancelling: [shows({ kind: 'settling', what: 'cancel' })],
    refunding: [shows({ kind: 'settling', what: 'refund' })],
    paymentUnclear: [shows({ kind: 'faulty', in: 'payment' })],
    cancelUnclear: [shows({ kind: 'faulty', in: 'cancel' })],
    refundUnclear: [shows({ kind: 'faulty', in: 'refund' })],
  },
  oddViews: [...ODD_VIEWS, shows({ kind: 'faulty', in: 'status' })],
  refundViews,
  oddRefundViews: ODD_REFUND_VIEWS,
  act,
  refusals: { cancel: undo, revoke: undo, refund: undo },
  doubts: { cancel: [IN_DOUBT], revoke: [IN_DOUBT], refund: [IN_DOUBT] },
  drifts: [
    { name: 'nobody pays: PAY_CANCELED', from: ['unpaid', 'paymentUnclear'], change: becomes('closed', 'others') },
    { name: 'the payment ends in PAY_ERROR', from: ['unpaid'], change: becomes('paymentUnclear', 'others') },
    {
      name: 'the payment ends in PAY_ERROR, charged, and is reversed later',
      from: ['unpaid', 'paid'],
      change: until(paidThen('paymentUnclear'), 2 * MINUTE, 'closed', 'others'),
    },
    {
      name: 'somebody else cancels',
      from: ['unpaid', 'paid'],
      change: until(becomes('cancelling', 'others'), SOON, 'cancelled', 'others'),
    },
    { name: 'a cancel fails', from: ['cancelling', 'unpaid', 'paid'], change: becomes('cancelUnclear', 'others') },
    { name: 'somebody else refunds all of it', from: ['paid', 'partly'], change: becomes('refunded', 'others') },
    { name: 'somebody else refunds a part', from: ['paid'], change: becomes('partly', 'others') },
    {
      name: 'somebody else begins a refund',
      from: ['paid'],
      change: until(becomes('refunding', 'others'), SOON, 'refunded', 'others'),
    },
    { name: 'a refund fails', from: ['refunding', 'paid'], change: becomes('refundUnclear', 'others') },
    {
      name: 'it is paid, and somebody else begins a refund',
      from: ['unpaid'],
      change: until(paidThen('refunding'), SOON, 'refunded', 'others'),
    },
    { name: 'it is paid, and a refund of somebody else fails', from: ['unpaid'], change: paidThen('refundUnclear') },
  ],
  starts: ['absent', 'unpaid', 'paid', 'paymentUnclear'],
  unreachable: {
    'before.*.finished': 'no status says that a paid order can no longer be refunded',
    'before.*.closed': 'PAY_CANCELED may follow our own cancel of a paid order, and so shows as gone',
    '*.settlingPayment': 'a payment that runs is CREATED, which shows as unpaid',
    'afterUndo.(closed|refunded|nothingFound|again|tooLate|frozen|finished|partlyRefunded).*':
      'not among the answers (2.2, 5.5)',
    'afterRefund.unspecified.*': 'UPAY_REFUND_ORDER_NOOP: the number is done, and its query says so',
    'afterRefund.(closed|nothingFound|again|tooLate|frozen|finished|partlyRefunded).*':
      'not among the answers (2.2, 5.5)',
  },
};
