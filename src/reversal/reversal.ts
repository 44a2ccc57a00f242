/** The case of one order: what was asked, looked at, sent and answered. Plain data; every change gives a new value. */
import { condensed } from './acts.ts';
import type { Answer, Verb } from './answer.ts';
import { viewKeyOf } from './keys.ts';
import { type Carried, type Pace, takenUp, withCarried } from './memory.ts';
import type { OrderView, RefundView } from './order-view.ts';
import type { Intervention, StuckReason, Verdict } from './outcome.ts';
import type { ReversalRequest } from './request.ts';
import { judged, type PendingResolution, unjudged } from './resolution.ts';
import { PAID, type Rules, type ViewKey } from './rules.ts';

/** One call that may have changed the order, of this run or of an earlier one. */
export interface Act {
  /** 1 for the first act on the order, counted by the ledger over all runs. */
  readonly seq: number;
  readonly verb: Verb;
  readonly sentAt: number;
  /** Absent while it runs, and for ever when the answer was lost with its worker. */
  readonly answer?: Answer;
  readonly answeredAt?: number;
}

export interface Look<View> {
  readonly view: View;
  /** Workflow time at which it was asked for: its age counts from here. */
  readonly askedAt: number;
  /** Workflow time at which it came back. */
  readonly seenAt: number;
}

/** What the ledger remembers of the order from before this run. */
export interface Memory {
  readonly acts: readonly Act[];
  readonly told?: Verdict;
  readonly sawPaid?: boolean;
  readonly latePayment?: boolean;
  /** Of a case that is open. */
  readonly carried?: Carried;
  /** Only for the run that continues the one which wrote it down. */
  readonly pace?: Pace;
}

export interface Stuck {
  readonly reason: StuckReason;
  readonly since: number;
  /** The next look by itself. */
  readonly checkAt: number;
  readonly view: ViewKey | 'none';
  /** Of the decision tables, where one of theirs asked. */
  readonly cell?: string;
}

export interface Reversal {
  readonly request: ReversalRequest;
  readonly rules: Rules;
  readonly openedAt: number;
  /** Tries and patience count from here: the opening, or the last resubmission. */
  readonly epoch: number;
  /** Not before this, unless a payment was observed: a closure that was woken early. */
  readonly dueAt: number;
  /** The ledger's memory was read; while it was not, there are looks, but no act and no `kept`. */
  readonly remembered: boolean;
  /** Oldest first; of many only those that decisions still ask about, see `condensed`. */
  readonly acts: readonly Act[];
  readonly told?: Verdict;
  readonly look?: Look<OrderView>;
  readonly refundLook?: Look<RefundView>;
  readonly gatewayId?: string;
  /** How it was paid, and until when it can be, as the last look that told so showed it. */
  readonly seenMethod?: string;
  readonly seenExpiresAt?: number;
  /** When the newest answer that was believed was signed, by the gateway's clock: nothing older is believed. */
  readonly signedSince?: number;
  /** The last view that said something about the order, and since when it has said so without a break. */
  readonly known?: { readonly key: ViewKey; readonly since: number };
  /** Since when no look has told anything; absent when the last one did. */
  readonly silentSince?: number;
  /** The looks that showed something else than the one before, the newest last. For people. */
  readonly sights: readonly Look<OrderView>[];
  /** Looks since the last change of view or act: paces the next one. */
  readonly sameLooks: number;
  /** Answers in a row that named another order. */
  readonly strangers: number;
  readonly mismatch?: 'amount' | 'currency' | 'id';
  readonly sawPaid: boolean;
  readonly latePayment: boolean;
  /** Somebody has reason to believe that the order changed: look before anything else. */
  readonly lookWanted: boolean;
  readonly stuck?: Stuck;
  readonly held: boolean;
  /** When a person held or released it last. */
  readonly holdChangedAt?: number;
  readonly stopRequestedAt?: number;
  readonly resolution?: PendingResolution;
  /** Why the last resolution was refused. */
  readonly refusal?: string;
  /** What people did, the newest last. */
  readonly interventions: readonly Intervention[];
  /** The batch that resubmitted it last. */
  readonly batch?: string;
  /** Opened by 7d0153f, the first release, and not again since: its history replays only as that one decided. */
  readonly legacy?: true;
}

/** Opens a case. `memory` is undefined while the ledger cannot be read. */
export function openReversal(
  request: ReversalRequest,
  rules: Rules,
  memory: Memory | undefined,
  now: number,
): Reversal {
  const opened: Reversal = {
    request,
    rules,
    openedAt: now,
    epoch: now,
    dueAt: request.reason === 'timeout' ? (request.expiresAt ?? now) : now,
    remembered: false,
    acts: [],
    sights: [],
    interventions: [],
    sameLooks: 0,
    strangers: 0,
    sawPaid: false,
    latePayment: false,
    lookWanted: false,
    held: false,
  };
  return memory === undefined ? opened : remember(takenUp(opened, memory), memory);
}

/** Takes over what the ledger remembers; what this run did itself and the ledger does not know is kept. */
export function remember(r: Reversal, memory: Memory): Reversal {
  const acts = [...memory.acts];
  for (const act of r.acts) {
    const stored = acts.findIndex((other) => other.seq === act.seq);
    if (stored < 0) acts.push(act);
    else if (act.answer !== undefined) acts[stored] = { ...act, answer: firmer(act.answer, acts[stored]?.answer) };
  }
  acts.sort((a, b) => a.seq - b.seq);
  // Whatever was told but `kept` cannot be taken back, by whichever run.
  const told = r.told === undefined || r.told === 'kept' ? (memory.told ?? r.told) : r.told;
  return {
    ...(memory.carried === undefined ? r : withCarried(r, memory.carried)),
    remembered: true,
    // Judged without these acts: one of them may still run, so it is looked at and judged again.
    ...(r.resolution !== undefined && { resolution: unjudged(r.resolution) }),
    acts: condensed(acts),
    sawPaid: r.sawPaid || memory.sawPaid === true,
    latePayment: r.latePayment || memory.latePayment === true,
    ...(told !== undefined && { told }),
  };
}

/** An answer that was lost on its way to this run may have reached the ledger; when it came is this run's to say. */
function firmer(ours: Answer, ledgers: Answer | undefined): Answer {
  return ours.kind === 'unknown' && ledgers !== undefined ? ledgers : ours;
}

/** Views that tell nothing about the order. */
const MUTE_KEYS: ReadonlySet<ViewKey> = new Set(['unknown', 'rejected']);
const MAX_STRANGERS = 3;
/** As many as people read; the journal has them all. */
const MAX_SIGHTS = 8;
/** Reasons that mend themselves outside: every self-check tries again. */
export const MENDS_ITSELF: ReadonlySet<StuckReason> = new Set(['no-funds', 'configuration']);

/** A look came back. Answers that name another order become `unknown`; the third in a row is a mismatch. */
export function saw(r: Reversal, seen: OrderView, askedAt: number, now: number): Reversal {
  const { request } = r;
  const stranger =
    (seen.kind === 'unknown' && seen.why === 'otherOrder') ||
    (seen.orderId !== undefined && seen.orderId !== request.orderId) ||
    (seen.gatewayId !== undefined && r.gatewayId !== undefined && seen.gatewayId !== r.gatewayId);
  // A payment without its amount cannot be compared with the request, so it proves nothing.
  const unreadable = seen.kind === 'paid' && seen.amount === undefined;
  const view: OrderView =
    stranger || unreadable
      ? {
          kind: 'unknown',
          why: stranger ? 'otherOrder' : 'unreadable',
          ...(seen.evidence && { evidence: seen.evidence }),
        }
      : seen;
  const strangers = stranger ? r.strangers + 1 : 0;
  const key = viewKeyOf(view);
  const mismatch =
    strangers >= MAX_STRANGERS
      ? 'id'
      : view.amount !== undefined && view.amount !== request.amount
        ? 'amount'
        : view.currency !== undefined && view.currency !== request.currency
          ? 'currency'
          : undefined;
  const mute = MUTE_KEYS.has(key);
  const paid = PAID.has(key) || view.wasPaid === true;
  const foundNothing = r.acts.some((act) => act.answer?.kind === 'done' && act.answer.effect === 'nothingFound');
  // Missing under the number that the gateway itself gave: that may have been another order's. Ask by our own again.
  const vanished = view.kind === 'absent' && r.gatewayId !== undefined;
  const { mismatch: _, stuck, gatewayId: learnt, silentSince, ...rest } = r;
  const checked = stuck !== undefined && askedAt >= stuck.checkAt;
  const same = r.look !== undefined && viewKeyOf(r.look.view) === key;
  const look = { view, askedAt, seenAt: now };
  return judged({
    ...rest,
    // Another view than the one people were asked about is a new situation.
    ...(stuck !== undefined && (mute || key === stuck.view) && { stuck }),
    // Once a self-check: a new start at every look would send the same call again and again without a pause.
    ...(checked && MENDS_ITSELF.has(stuck.reason) && r.epoch < stuck.checkAt && { epoch: now }),
    look,
    ...(key === 'unknown' && { silentSince: silentSince ?? now }),
    ...(!same && { sights: [...r.sights, look].slice(-MAX_SIGHTS) }),
    ...(vanished ? {} : gatewayIdOf(view.gatewayId ?? learnt)),
    ...(view.method !== undefined && { seenMethod: view.method }),
    ...(view.expiresAt !== undefined && { seenExpiresAt: view.expiresAt }),
    ...newestOf(r, view),
    ...(mute || r.known?.key === key ? {} : { known: { key, since: now } }),
    sameLooks: same ? r.sameLooks + 1 : 0,
    strangers,
    // A mismatch seen once stands until a look that shows the order itself says otherwise.
    ...(mismatch !== undefined ? { mismatch } : mute && r.mismatch !== undefined ? { mismatch: r.mismatch } : {}),
    sawPaid: r.sawPaid || paid,
    latePayment: r.latePayment || (paid && (foundNothing || (r.told !== undefined && r.told !== 'kept'))),
    lookWanted: vanished,
  });
}

function gatewayIdOf(gatewayId: string | undefined): Pick<Reversal, 'gatewayId'> {
  return gatewayId === undefined ? {} : { gatewayId };
}

function newestOf(r: Reversal, { signedAt }: { readonly signedAt?: number }): Pick<Reversal, 'signedSince'> {
  return signedAt === undefined ? {} : { signedSince: Math.max(r.signedSince ?? signedAt, signedAt) };
}

/** A look at our refund came back. */
export function sawRefund(r: Reversal, view: RefundView, askedAt: number, now: number): Reversal {
  return { ...r, refundLook: { view, askedAt, seenAt: now }, ...newestOf(r, view) };
}

/** An act is about to be sent: written down first, since its answer may be lost. */
export function sent(r: Reversal, act: Pick<Act, 'seq' | 'verb' | 'sentAt'>): Reversal {
  return { ...r, acts: condensed([...r.acts, act]), sameLooks: 0 };
}

/** That act was not sent after all: the ledger knows of others under its number. */
export function unsent(r: Reversal, seq: number): Reversal {
  return { ...r, acts: r.acts.filter((act) => act.seq !== seq) };
}

/**
 * The answer to the act with that number; an act that never left us is as if it had not been sent. A number of the
 * gateway's that it names is evidence only: looks teach that number, since they name the order that was asked for.
 */
export function answered(r: Reversal, seq: number, answer: Answer, answeredAt: number): Reversal {
  return {
    ...r,
    acts: r.acts.map((act) => (act.seq === seq ? { ...act, answer: believed(r, answer), answeredAt } : act)),
    ...newestOf(r, answer),
  };
}

/** The first release believed an unauthenticated answer that a call was not executed; its histories go on so. */
function believed(r: Reversal, answer: Answer): Answer {
  const { hint, ...rest } = answer;
  return r.legacy === true && hint === true && answer.kind !== 'done' ? rest : answer;
}

/** A caller was told this verdict. */
export function told(r: Reversal, verdict: Verdict): Reversal {
  return r.told === verdict ? r : { ...r, told: verdict };
}

/** Parked: people are asked. Parking again for the same reason only moves the next look. */
export function parked(r: Reversal, reason: StuckReason, checkAt: number, now: number, cell?: string): Reversal {
  const since = r.stuck?.reason === reason ? r.stuck.since : now;
  const view = r.look === undefined ? 'none' : viewKeyOf(r.look.view);
  return { ...r, stuck: { reason, since, checkAt, view, ...(cell !== undefined && { cell }) } };
}
