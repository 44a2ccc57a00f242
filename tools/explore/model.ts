/** What the explorer must know of a gateway: what looks show, what calls do, what cannot happen there. */
import type { Answer, AnswerBody, RefusedWhy, Verb } from '../../src/reversal/answer.ts';
import type { OrderView, RefundView } from '../../src/reversal/order-view.ts';
import type { RuleOverrides } from '../../src/reversal/overrides.ts';
import type { Rules } from '../../src/reversal/rules.ts';
import type { Mind } from './mind.ts';
import { type Ending, type RefundTruth, type Truth, WHOLE, type World } from './world.ts';

/** One way in which a call ends: a change of the world and what is said about it. */
export interface Outcome {
  readonly name: string;
  readonly answer: Answer;
  /** Absent: the call changes nothing. */
  readonly change?: (w: World, now: number) => World;
}

export interface Drift {
  readonly name: string;
  readonly from: readonly Truth[];
  readonly when?: (w: World, now: number) => boolean;
  readonly change: (w: World, now: number) => World;
}

export interface Model {
  readonly name: string;
  readonly rules: Rules;
  /** What decides; a test gives another one to put a fault back. */
  readonly mind: Mind;
  /** What accounts may change about the rules, beside nothing. */
  readonly accounts: readonly RuleOverrides[];
  /** How long a look may show what was before a change. */
  readonly lag: number;
  /** How long a call whose answer was lost can run, by this model: `decide` must not be less patient. */
  readonly horizon: number;
  /** Verbs whose repetition while the first call may still run does no harm at this gateway. */
  readonly harmlessTwice: readonly Verb[];
  /** Verbs that this gateway's specification allows after a look that failed ("cancel anyway"). */
  readonly blind: readonly Verb[];
  /** How long after the attempt a barcode payment can still arrive. */
  readonly barcodeLife: number;
  /** What a look shows of a state: the usual view first. */
  readonly views: { readonly [T in Truth]?: readonly OrderView[] };
  /** Views say until when the order can be paid. */
  readonly showsExpiry?: true;
  /** What a look can show instead, whatever the state. */
  readonly oddViews: readonly OrderView[];
  readonly refundViews: (w: World) => readonly RefundView[];
  readonly oddRefundViews: readonly RefundView[];
  /** What a call does: the usual outcome first. */
  readonly act: (verb: Verb, w: World, now: number) => readonly Outcome[];
  /** What a call can be answered without having been executed: refusals out of the blue, and business not reached. */
  readonly refusals: { readonly [V in Verb]?: readonly Answer[] };
  /** Answers after which a call may or may not have been executed. */
  readonly doubts: { readonly [V in Verb]?: readonly Answer[] };
  /** The same without a signature: whoever wrote it, the call may have been executed, or may be later. */
  readonly hints?: { readonly [V in Verb]?: readonly Answer[] };
  /** A replica that lags behind a change may not know the order at all. */
  readonly forgets?: true;
  /** What the gateway does by itself, or others do there. */
  readonly drifts: readonly Drift[];
  /** States that a walk can begin with. */
  /** How an order arrives and how it is paid, where that is more than a new state. */
  readonly creates?: NonNullable<Outcome['change']>;
  readonly pays?: NonNullable<Outcome['change']>;
  /** It is paid at the channel, and the gateway does not hear of it. */
  readonly paysUnheard?: NonNullable<Outcome['change']>;
  readonly starts: readonly Truth[];
  /** Cells that can never apply here, by pattern (`*` is any run of characters), with the reason. */
  readonly unreachable: Readonly<Record<string, string>>;
}

export const AMOUNT = 1280;
const FACTS = { amount: AMOUNT, currency: 'CNY', orderId: 'RV20261120000001', gatewayId: 'G1' } as const;

/** A view that carries the order's facts, as looks at an existing order do. */
export function shows(view: OrderView): OrderView {
  return { ...view, ...FACTS };
}

/** A look that names another order or cannot be read. */
export const ODD_VIEWS: readonly OrderView[] = [
  { kind: 'unknown', why: 'timeout' },
  { kind: 'unknown', why: 'gatewayFault' },
  { kind: 'unknown', why: 'otherOrder' },
  { kind: 'rejected', why: 'config', code: 'model' },
];

export const ODD_REFUND_VIEWS: readonly RefundView[] = [
  { kind: 'unknown', why: 'timeout' },
  { kind: 'rejected', why: 'config', code: 'model' },
];

export const refused = (why: RefusedWhy): Answer => ({ kind: 'refused', why, code: 'model' });
export const unsigned = (...said: readonly Answer[]): readonly Answer[] =>
  said.map((answer) => ({ ...answer, hint: true }));
export const refusals = (...whys: readonly RefusedWhy[]): readonly Answer[] => whys.map(refused);

/** What anybody can say of an order without a signature. */
export const UNSIGNED_ABSENT: OrderView = { kind: 'absent', hint: true };

export const REJECTIONS: readonly Answer[] = [
  { kind: 'rejected', why: 'config', code: 'model' },
  { kind: 'rejected', why: 'request', code: 'model' },
];

/** Before any business: these certainly did nothing. */
export const UNEXECUTED: readonly Answer[] = [
  { kind: 'notSent', why: 'model' },
  { kind: 'unknown', why: 'limited' },
  { kind: 'rejected', why: 'signature', code: 'model' },
  ...REJECTIONS,
];

type Change = NonNullable<Outcome['change']>;
type Doer = 'us' | 'payer' | 'others';

const GIVES_BACK: ReadonlySet<Truth> = new Set(['refunded', 'closed', 'cancelled']);

/**
 * A new state in the gateway's books and at the payment channel, and the money that goes with the latter. Without a lag
 * every look sees it at once: what third parties do must not make a look at a replica a lie that nobody could find out.
 */
export function moves(truth: Truth, channel: Truth, by: Doer, lag = 0): Change {
  return (w, now) => {
    const taken = channel === 'paid' ? WHOLE : w.taken;
    const gives = GIVES_BACK.has(channel) ? taken : channel === 'partly' ? WHOLE / 2 : w.returned;
    const returned = Math.max(w.returned, gives);
    return {
      ...w,
      truth,
      channel,
      // What was before the first of several quick changes is what a replica may still show.
      stale: now < w.lagUntil ? w.stale : w.truth,
      lagUntil: lag === 0 ? 0 : Math.max(w.lagUntil, now + lag),
      taken,
      paidAt: taken > w.taken ? now : w.paidAt,
      returned,
      byUs: w.byUs + (by === 'us' ? returned - w.returned : 0),
      createdAt: w.truth === 'absent' ? now : w.createdAt,
      ending: undefined,
    };
  };
}

/** The same where the gateway's books are the channel's. */
export const becomes = (truth: Truth, by: Doer, lag = 0): Change => moves(truth, truth, by, lag);

/** A state that ends by itself. */
export function until(change: Change, after: number, as: Truth, by: Ending['by'], refund?: RefundTruth): Change {
  return (w, now) => ({ ...change(w, now), ending: { at: now + after, as, by, ...(refund && { refund }) } });
}

/** What time alone brings about. */
export function ripened(w: World, now: number): World {
  const { ending } = w;
  if (ending === undefined || now < ending.at) return w;
  const next = becomes(ending.as, ending.by)(w, ending.at);
  return ending.refund === undefined ? next : { ...next, refund: ending.refund };
}

export type Effect = Extract<AnswerBody, { kind: 'done' }>['effect'];

/** The call succeeds. */
export function does(effect: Effect, change?: Outcome['change']): Outcome {
  return { name: effect, answer: { kind: 'done', effect }, ...(change && { change }) };
}

/** The call is refused: usually nothing changes. */
export function refuses(why: RefusedWhy, change?: Outcome['change']): Outcome {
  return { name: why, answer: refused(why), ...(change && { change }) };
}

/** The call is answered so, and this comes of it. */
export function answers(name: string, answer: Answer, change?: Outcome['change']): Outcome {
  return { name, answer, ...(change && { change }) };
}

/** The gateway said that it closed the order and had not. */
export const lies = (w: World): World => ({ ...w, lied: true });

export const IN_DOUBT: Answer = { kind: 'unknown', why: 'gatewayFault' };
export const RUNNING: Answer = { kind: 'running' };
