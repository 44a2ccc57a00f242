/** What happens to the case of one order. Pure: every event gives a new value. */
import { condensed } from './acts.ts';
import type { Answer } from './answer.ts';
import { viewKeyOf } from './keys.ts';
import { takenUp, withCarried } from './memory.ts';
import type { OrderView, RefundView } from './order-view.ts';
import type { StuckReason, Verdict } from './outcome.ts';
import type { ReversalRequest } from './request.ts';
import { judged, unjudged } from './resolution.ts';
import { PAID, type Rules, type ViewKey } from './rules.ts';
import type { Act, Memory, Reversal } from './state.ts';

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
    ledgerFirst: true,
  };
  return memory === undefined ? opened : remember(takenUp(opened, memory), memory);
}

/** Takes over what the ledger remembers; what this run did itself and the ledger does not know is kept. */
export function remember(r: Reversal, memory: Memory): Reversal {
  const acts = [...memory.acts];
  for (const act of r.acts) {
    const stored = acts.findIndex((other) => other.seq === act.seq);
    const known = acts[stored];
    if (known === undefined) acts.push(act);
    // What another run sent under that number stands: ours was written down nowhere, so it was not sent.
    else if (act.answer !== undefined && isSame(act, known))
      acts[stored] = { ...act, answer: firmer(act.answer, known.answer) };
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

/** The ledger was asked, and could not be read. */
export function unread(r: Reversal): Reversal {
  return { ...r, remembered: false, ...(r.ledgerFirst && { ledgerFirst: false }) };
}

const isSame = (one: Act, other: Act) => one.verb === other.verb && one.sentAt === other.sentAt;

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
    ...(r.ledgerFirst === false && { ledgerFirst: true }),
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
