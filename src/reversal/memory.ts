/** What outlives the run that learnt it: what was asked of an open case, and how far it has come. Pure. */
import { MAX_INTERVENTIONS, strongest } from './asked.ts';
import { isCommitted } from './facts.ts';
import type { Intervention, Verdict } from './outcome.ts';
import type { Carried, Memory, Pace, Reversal } from './state.ts';

export function carriedOf(r: Reversal): Carried {
  const { request, dueAt, seenMethod, seenExpiresAt, held, holdChangedAt, interventions } = r;
  const { reason, ifPaid, attemptedAt, expiresAt, method, clientIp } = request;
  return {
    asked: {
      reason,
      ifPaid,
      ...(attemptedAt !== undefined && { attemptedAt }),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(method !== undefined && { method }),
      ...(clientIp !== undefined && { clientIp }),
    },
    ...(reason === 'timeout' && { dueAt }),
    ...(seenMethod !== undefined && { seenMethod }),
    ...(seenExpiresAt !== undefined && { seenExpiresAt }),
    held,
    ...(holdChangedAt !== undefined && { holdChangedAt }),
    ...(interventions.length > 0 && { interventions }),
  };
}

/** What the ledger is given of an open case: a run that has not read it does not know what others asked of this order. */
export function handedOn(r: Reversal): Pick<Memory, 'carried'> {
  return r.remembered ? { carried: carriedOf(r) } : {};
}

/** The next run is handed what the ledger has: what was asked of a run that could not read it would be lost. */
export const canBeContinued = ({ remembered, legacy }: Reversal): boolean => remembered || legacy === true;

/** Looks are left out: the next run makes one before it decides, tells or sends anything. */
export function paceOf(r: Reversal): Pace {
  const { openedAt, epoch, known, silentSince, stuck, mismatch, strangers, gatewayId, batch } = r;
  return {
    openedAt,
    epoch,
    strangers,
    ...(known !== undefined && { known }),
    ...(silentSince !== undefined && { silentSince }),
    ...(stuck !== undefined && { stuck }),
    ...(mismatch !== undefined && { mismatch }),
    ...(gatewayId !== undefined && { gatewayId }),
    ...(batch !== undefined && { batch }),
  };
}

/** A case that was just opened goes on where the ledger says that it stands. */
export function takenUp(opened: Reversal, { carried, pace }: Memory): Reversal {
  return { ...opened, ...pace, held: carried?.held ?? false, ...(pace !== undefined && { lookWanted: true }) };
}

/** What was asked of the case by other runs too: the stronger request, the last word on holding it, and who did what. */
export function withCarried(r: Reversal, carried: Carried): Reversal {
  const request = carried.asked === undefined ? r.request : strongest(r.request, carried.asked);
  const isMoreUrgent = request.reason !== r.request.reason;
  const isStronger = isMoreUrgent || request.ifPaid !== r.request.ifPaid;
  const { held, holdChangedAt } = carried;
  const seenMethod = r.seenMethod ?? carried.seenMethod;
  const seenExpiresAt = r.seenExpiresAt ?? carried.seenExpiresAt;
  const isLastWord = holdChangedAt !== undefined && holdChangedAt > (r.holdChangedAt ?? 0);
  return {
    ...r,
    request,
    dueAt: isMoreUrgent ? Math.min(r.dueAt, r.openedAt) : dueAtOf(r, carried),
    lookWanted: r.lookWanted || isStronger,
    ...(seenMethod !== undefined && { seenMethod }),
    ...(seenExpiresAt !== undefined && { seenExpiresAt }),
    ...(isLastWord && { held, holdChangedAt }),
    interventions: together(carried.interventions ?? [], r.interventions),
  };
}

/** When a closure is due: a person's last word stands, and another request may only bring it forward. */
function dueAtOf({ request, dueAt, interventions }: Reversal, carried: Carried): number {
  if (request.reason !== 'timeout' || carried.dueAt === undefined) return dueAt;
  const [ours, theirs] = [movedAt(interventions), movedAt(carried.interventions)];
  if (ours === theirs) return Math.min(dueAt, carried.dueAt);
  return ours > theirs ? dueAt : carried.dueAt;
}

const movedAt = (interventions: readonly Intervention[] = []): number =>
  Math.max(0, ...interventions.map(({ message, at }) => (message === 'reschedule' ? at : 0)));

/** The interventions of both, each once, the newest last. */
function together(one: readonly Intervention[], other: readonly Intervention[]): readonly Intervention[] {
  const all = new Map([...one, ...other].map((did) => [JSON.stringify([did.at, did.message, did.operator]), did]));
  return [...all.values()].sort((a, b) => a.at - b.at).slice(-MAX_INTERVENTIONS);
}

/** What was seen may be long past, as after a Reset: the order is looked at before anything is decided. */
export function unseen({ look: _, refundLook: __, ...r }: Reversal): Reversal {
  return { ...r, lookWanted: true };
}

/**
 * Whether the ledger has to know of a verdict before anybody hears it: a run that had forgotten it would keep a payment
 * that may not be kept any more. An act whose answer came back is in the ledger, and forbids that as well.
 */
export function mustBeWritten(r: Reversal, verdict: Verdict): boolean {
  const { told: _, ...untold } = r;
  const acts = r.acts.filter(({ answer }) => answer !== undefined && answer.kind !== 'unknown');
  return verdict !== 'kept' && !isCommitted({ ...untold, acts });
}
