import type { NoticeAbout } from '../../contract.ts';
import type { View } from '../channel-view.ts';
import type { Order, Refund, Row, Status } from '../order.ts';
import type { Outcome } from '../outcome.ts';
import type { Params } from '../wire/fields.ts';
import type { JsonObject } from '../wire/json.ts';
import type { NumberStyle } from '../wire/numbers.ts';
import type { Requests, Verb } from '../wire/requests.ts';
import type { Refusals } from './refusals.ts';

/** Everything in which the three wire profiles differ (spec 0.1). */
export interface Profile {
  readonly name: string;
  readonly routes: Readonly<Record<string, Verb>>;
  readonly requests: Requests;
  readonly refusals: Refusals;
  /** How DaxPay's states are written on the wire, and so in seeds and truths. */
  readonly statuses: Readonly<Partial<Record<Status, string>>>;
  readonly ids: IdRules;
  readonly checks: CheckRules;
  readonly close: CloseRules;
  readonly sync: SyncRules;
  readonly refund: RefundRules;
  readonly views: Views;
  /** The code of what nobody expected. */
  readonly systemError: 10001 | 10500;
  readonly unknownPath: 'springError' | 'notFound';
  /** C and E drop a callback that comes after `expiredTime` (spec 6). */
  readonly dropsLateCallback: boolean;
  /** C tells the merchant nothing of what it learns by the channel's callback: the platform's key is missing there (real 28). */
  readonly tellsCallback: boolean;
  /** Whether the event `expire` also runs the job that closes: C ships with all its timers stopped (real 6). */
  readonly expiryJob: 'stopped' | 'asksChannel' | 'closesAnyway';
  envelope(outcome: Outcome, stamp: EnvelopeStamp): Envelope;
  readonly notice: NoticeShape;
}

export type IdName = 'orderNo' | 'tradeNo' | 'bizOrderNo' | 'bizOrderNoeNo' | 'outOrderNo';

export interface IdRules {
  readonly numbers: NumberStyle;
  /** utf8mb4_general_ci in C's shipped script: letter case and trailing blanks do not count (real 3). */
  fold(id: string): string;
  /** The names of the order ids of a verb, in the order they are tried. */
  of(verb: Verb): readonly IdName[];
  /** C to E look up the first id that is there and nothing else; F goes on to the second. */
  readonly triesBoth: boolean;
}

export interface CheckRules {
  /** Seconds a request may be old or early; absent where the check is off as shipped (E). */
  readonly window?: { readonly past: number; readonly future: number };
  readonly nonceOnce: boolean;
  readonly merchant: boolean;
}

export interface CloseRules {
  readonly open: readonly Status[];
  /** E looks at the status before it takes the lock, C after; neither reads again. F reads under the lock. */
  readonly order: 'lockThenStatus' | 'statusThenLock' | 'lockThenRead';
  /** C: one lock for close and one for cancel, so they run side by side. */
  readonly lockKeys: Readonly<Record<'close' | 'cancel', string>>;
  readonly leaseMs: number;
  readonly waitMs: number;
  /** What the caller hears when somebody else changed the order meanwhile: C an error, E and F success. */
  readonly onLostUpdate: 'failed' | 'swallowed';
  /** C hides the channel's words in cancel but not in close. */
  readonly tellsChannelText: Readonly<Record<'close' | 'cancel', boolean>>;
  readonly unionPay: 'unsupported' | 'fails';
  /** The code of the channel's own refusal, by channel. */
  channelCode(channel: string): number;
}

/** What sync does to the local order: `expire` closes both sides, but only when `expiredTime` has passed. */
export type Repair = 'none' | 'pay' | 'close' | 'closeBoth' | 'expire' | 'reopen';

export interface SyncRules {
  readonly repairs: Readonly<Record<Status, Readonly<Partial<Record<View, Repair>>>>>;
  readonly lockKey: string;
  readonly leaseMs: number;
  readonly waitMs: number;
  /** E refuses `wait`. */
  readonly refuses: readonly Status[];
  /** C's second lock around a repair, which nobody releases. */
  readonly repairLock: boolean;
  readonly onLostUpdate: 'thrown' | 'swallowed';
  /** No answer from the channel: C dies, E marks the order `fail`, F leaves it. */
  readonly onLost: 'thrown' | 'fail' | 'none';
  /** The channel's own error: C passes the text on, E crashes, F leaves the order. */
  readonly onChannelError: 'refused' | 'thrown' | 'none';
  answer(result: SyncResult): JsonObject;
}

export interface SyncResult {
  readonly view: View;
  /** The order had expired and was closed by this sync. */
  readonly timedOut: boolean;
  /** DaxPay's own state afterwards, as it is written on the wire. */
  readonly status: string;
  readonly changed: boolean;
}

export interface RefundRules {
  /** C locks the refund number, so two numbers of one order collide later; E and F lock the order. */
  readonly lock: 'number' | 'order';
  readonly leaseMs: number;
  readonly waitMs: number;
  /** Between its own questions to the channel about a refund that is `progress`. */
  readonly syncMs: number | 'stopped';
  /** The sync of a refund that the channel does not know is refused. */
  readonly refusesUnknown: boolean;
  /** C answers busy in the shape of success, with the caller's own number as `refundNo`. */
  readonly busyLooksDone: boolean;
  answer(refund: Refund): { readonly data: JsonObject; readonly msg: string | null };
  amount(params: Params): number;
}

export interface Views {
  pay(order: Order, row: Row, status: string): JsonObject;
  refund(order: Order, row: Row, refund: Refund): JsonObject;
  refundSync(refund: Refund): JsonObject;
}

export interface EnvelopeStamp {
  readonly now: number;
  readonly traceId: string;
  readonly reqId: string | undefined;
  sign(members: JsonObject): string | null;
}

export interface Envelope {
  readonly body: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A body to send and the members that its signature is over. */
export interface Written {
  readonly body: JsonObject;
  readonly signed: JsonObject;
}

export interface NoticeStamp {
  readonly now: number;
  readonly mchNo: string;
  readonly appId: string;
}

export type NoticeShape = (about: NoticeAbout, order: JsonObject, stamp: NoticeStamp) => Written;
