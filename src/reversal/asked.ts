/** What callers and people ask of a running reversal. Every change gives a new value. */
import { YEAR } from './instants.ts';
import type { Intervention } from './outcome.ts';
import type { ReversalRequest } from './request.ts';
import type { Carried, Reversal } from './state.ts';
import { workflowIdOf } from './workflow-id.ts';

/** As many as people read; the journal has them all. */
export const MAX_INTERVENTIONS = 20;

/** A person did something: shown in the details and kept in the outcome. */
export function intervened(r: Reversal, intervention: Intervention): Reversal {
  return { ...r, interventions: [...r.interventions, intervention].slice(-MAX_INTERVENTIONS) };
}

/**
 * Another try is wanted: tries and patience start anew, from a fresh look. The account's rules and the ledger are read
 * again first, since a person may have changed what the account may do.
 *
 * @param batch names the batch that asked for it; none for a single resubmission. A batch resubmits each once: a worker
 *   that died while it sent may have its last signals sent again by the next one
 */
export function resubmitted(r: Reversal, now: number, batch?: string): Reversal {
  if (batch !== undefined && batch === r.batch) return r;
  const { stuck: _, mismatch: __, silentSince: ___, batch: ____, ...rest } = r;
  return {
    ...rest,
    epoch: now,
    strangers: 0,
    sameLooks: 0,
    lookWanted: true,
    remembered: false,
    ...(batch !== undefined && { batch }),
  };
}

/** Why a request cannot join, in words; undefined when it can. */
export function unfit(
  running: ReversalRequest,
  request: ReversalRequest,
): { readonly type: 'InvalidRequest' | 'AnotherAmount'; readonly message: string } | undefined {
  const ids = [running, request].map(workflowIdOf);
  if (ids[0] !== ids[1]) {
    return { type: 'InvalidRequest', message: `This is ${ids[0]}, not ${ids[1]}: another order. Nothing was changed.` };
  }
  if (running.amount === request.amount && running.currency === request.currency) return undefined;
  return {
    type: 'AnotherAmount',
    message:
      `A reversal of this order is running for ${running.amount} ${running.currency} (minor units), not for ` +
      `${request.amount} ${request.currency}. Check the amount; nothing was changed.`,
  };
}

/**
 * Another request for the same order joins: the stronger intent, the more urgent reason, the earliest due time. It is
 * newer than a request to stop, which it takes back: who asks after that wants the reversal again.
 */
export function joined(r: Reversal, request: ReversalRequest, now: number): Reversal {
  const merged = strongest(r.request, request);
  const { reason, ifPaid } = merged;
  const dueAt = Math.min(r.dueAt, request.reason === 'timeout' ? (request.expiresAt ?? now) : now);
  const isStronger = reason !== r.request.reason || ifPaid !== r.request.ifPaid;
  const changed = isStronger || dueAt !== r.dueAt;
  const next = { ...r, request: merged, dueAt, lookWanted: r.lookWanted || changed };
  return r.legacy === true ? next : overtaken(next, isStronger);
}

/**
 * The running request with what another one asks of the same order: the stronger of each, the later of two instants. A
 * client's address is only filled in, so that one case calls from one address.
 */
export function strongest(running: ReversalRequest, other: NonNullable<Carried['asked']>): ReversalRequest {
  const urgency = { timeout: 0, ambiguous: 1, void: 2 };
  const expiresAt = latest(running.expiresAt, other.expiresAt);
  const attemptedAt = latest(running.attemptedAt, other.attemptedAt);
  const { method: _, ...rest } = running;
  const method = longerLived(running.method, other.method);
  const clientIp = running.clientIp ?? other.clientIp;
  return {
    ...rest,
    reason: urgency[other.reason] > urgency[running.reason] ? other.reason : running.reason,
    ifPaid: other.ifPaid === 'reverse' ? 'reverse' : running.ifPaid,
    ...(method !== undefined && { method }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(attemptedAt !== undefined && { attemptedAt }),
    ...(clientIp !== undefined && { clientIp }),
  };
}

/** A person holds it: nothing is sent until it is released, by whichever run. */
export function holding(r: Reversal, now: number): Reversal {
  return { ...r, held: true, holdChangedAt: now };
}

export function released(r: Reversal, now: number): Reversal {
  return { ...r, held: false, holdChangedAt: now, lookWanted: true };
}

const OVERTAKEN =
  'A stronger request joined this reversal meanwhile, and it goes on for that. Nothing was recorded. Look at the order ' +
  'again before you decide.';

/** An end that is under way, and that a newer request does not want: a stop, and under a stronger one a resolution. */
function overtaken(r: Reversal, isStronger: boolean): Reversal {
  const { stopRequestedAt, resolution, ...rest } = r;
  if (resolution !== undefined && isStronger) return { ...rest, refusal: OVERTAKEN, lookWanted: true };
  if (stopRequestedAt === undefined) return r;
  return { ...rest, ...(resolution !== undefined && { resolution }), lookWanted: true };
}

type Method = ReversalRequest['method'];

/** A code lives longer than a barcode, and what is not known may be a code. */
function longerLived(a: Method, b: Method): Method {
  if (a === 'qr' || b === 'qr') return 'qr';
  return a === b ? a : undefined;
}

/** A closure is moved. Its order lives as long as it did, or longer: a code does not expire because we close sooner. */
export function rescheduled(r: Reversal, to: number, now: number): Reversal {
  // What an earlier release accepted may be more than a date can hold, once a watch is added to it.
  const dueAt = Math.min(to, now + YEAR);
  const expiresAt = Math.max(r.request.expiresAt ?? dueAt, dueAt);
  return { ...r, dueAt, request: { ...r.request, expiresAt } };
}

/** The later of two instants: what ends a quiet period or a watch must not end it too early. */
function latest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}
