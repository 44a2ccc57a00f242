/** Which verb may be sent now: the account's permits, the gateway's windows, earlier refusals, the tries. */
import { isAsking, type Verb } from './answer.ts';
import { methodOf } from './facts.ts';
import { DAY, HOUR, MINUTE, type Move, type Rules, type Window } from './rules.ts';
import type { Reversal } from './state.ts';

type Send = Extract<Move, { do: 'send' }>;

/** Why a verb was passed over, most telling first when several were. */
export type Blocked = 'window' | 'permit' | 'refused' | 'allocated' | 'tries';

/** When the order began, by the stricter reading: the earliest instant that we know of it. */
function orderStart(r: Reversal): number | undefined {
  const view = r.look?.view;
  const known = [r.request.attemptedAt, view?.createdAt, view?.kind === 'paid' ? view.paidAt : undefined];
  const instants = known.filter((instant) => instant !== undefined);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

const dayOf = (instant: number, utcOffsetHours: number) => Math.floor((instant + utcOffsetHours * HOUR) / DAY);

/** Windows are computed from epoch milliseconds and a fixed offset, so the process's time zone has no say. */
export function isInWindow(window: Window | undefined, start: number | undefined, now: number): boolean {
  if (window === undefined) return true;
  if (window.kind === 'age') return start === undefined || now - start < window.max;
  const minute = (((now + window.utcOffsetHours * HOUR) % DAY) + DAY) % DAY;
  const sameDay = start === undefined || dayOf(start, window.utcOffsetHours) === dayOf(now, window.utcOffsetHours);
  return sameDay && minute < window.untilMinute * MINUTE;
}

function isCancelWanted(r: Reversal, channels: NonNullable<Rules['cautiousCancel']>): boolean {
  const method = methodOf(r);
  const { channel } = r.look?.view ?? {};
  const inPerson = method === undefined || method === 'barcode';
  if (!((r.request.reason === 'ambiguous' && inPerson) || r.request.ifPaid === 'reverse')) return false;
  const support = channel === undefined ? undefined : channels[channel];
  return support === undefined || (support === 'barcode' && inPerson);
}

function blocked(r: Reversal, verb: Verb, tries: number | undefined, now: number): Blocked | undefined {
  const { permits, windows } = r.rules;
  if ((verb === 'refund' || verb === 'revoke' || verb === 'cancel') && !permits[verb]) return 'permit';
  if (verb === 'cancel' && r.rules.cautiousCancel !== undefined && !isCancelWanted(r, r.rules.cautiousCancel)) {
    return 'permit';
  }
  const earlier = r.acts.filter((act) => act.verb === verb && act.sentAt >= r.epoch);
  // A verb that came too late or is not offered for this order will be so the next time, too.
  const refusals = earlier.map((act) => (act.answer?.kind === 'refused' ? act.answer.why : undefined));
  if (refusals.includes('tooLate')) return 'window';
  if (refusals.includes('notAllowed')) return 'refused';
  const window = windows[verb];
  const applies = window?.kind === 'age' || r.look?.view.kind === 'paid';
  if (applies && !isInWindow(window, orderStart(r), now)) return 'window';
  if (earlier.some(({ answer }) => answer?.noRepeat === true)) return 'refused';
  // Money that was split among receivers does not come back by a refund of ours.
  if (verb === 'refund' && r.look?.view.allocated === true) return 'allocated';
  if (tries !== undefined && earlier.length >= tries) return 'tries';
  return undefined;
}

/** The verbs a cell names, in order of preference. */
export function verbsOf(r: Reversal, send: Send): readonly Verb[] {
  const { verbs } = r.rules;
  switch (send.verbs) {
    case 'unpaid':
      return verbs.unpaid;
    case 'paid':
      return r.request.reason === 'void' ? verbs.paidVoid : verbs.paid;
    case 'same': {
      const last = r.acts.findLast((act) => !isAsking(act.verb));
      return last === undefined ? verbs.unpaid : [last.verb];
    }
    default:
      return send.verbs;
  }
}

/** The first verb of the cell that may be sent, or why none may. */
export function chooseVerb(
  r: Reversal,
  send: Send,
  now: number,
): { readonly verb: Verb } | { readonly blocked: readonly Blocked[] } {
  const reasons: Blocked[] = [];
  for (const verb of verbsOf(r, send)) {
    const reason = blocked(r, verb, send.tries, now);
    if (reason === undefined) return { verb };
    reasons.push(reason);
  }
  return { blocked: reasons };
}
