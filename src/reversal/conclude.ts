/** From a look to a final action, or to the contradiction that people must see. */
import { channelAnswer, foundNothing, isWatchedByChannel, mayHaveWorked, mayHidePayment } from './facts.ts';
import type { OrderView } from './order-view.ts';
import type { BroughtAboutBy, FinalAction, Proof, Settlement, StuckReason } from './outcome.ts';
import type { ViewKey } from './rules.ts';
import type { Look, PendingResolution, Reversal } from './state.ts';

export type Conclusion = { readonly outcome: Settlement } | { readonly ask: StuckReason };

function effects(r: Reversal): ReadonlySet<string> {
  return new Set(r.acts.flatMap((act) => (act.answer?.kind === 'done' ? [act.answer.effect] : [])));
}

/** The look that a conclusion rests on; there is none without. */
function lookOf({ look }: Reversal): Look<OrderView> {
  if (look === undefined) throw new Error('a conclusion without a look');
  return look;
}

function proofOf(r: Reversal): Proof {
  const { view, askedAt } = lookOf(r);
  return { of: 'order', kind: view.kind, askedAt, ...(view.evidence && { evidence: view.evidence }) };
}

function final(r: Reversal, action: FinalAction, by: BroughtAboutBy, proof: Proof, contradiction = false): Conclusion {
  return {
    outcome: {
      kind: 'final',
      action,
      by,
      proof,
      ...(r.latePayment && { latePayment: true }),
      ...(contradiction && { contradiction: true }),
      ...byPeople(r),
    },
  };
}

export function byPeople({ interventions }: Reversal): Pick<Settlement, 'interventions'> {
  return interventions.length === 0 ? {} : { interventions };
}

/** `gone`: ended, without a word about the money. The answers to our acts and earlier looks say more, or nobody does. */
function concludeGone(r: Reversal, by: BroughtAboutBy, proof: Proof): Conclusion {
  const said = effects(r);
  if (r.sawPaid) {
    // The payment channel itself was asked, and says that the money went back.
    if (channelAnswer(r)?.channel === 'refunded') return final(r, 'reversed', by, proof);
    if (said.has('closed')) {
      // "Closed without a refund" about an order that was paid: the end is certain, the way there is not.
      return r.rules.goneAfterPaid === 'refunded' ? final(r, 'reversed', by, proof, true) : { ask: 'contradiction' };
    }
    return said.has('refunded') || r.rules.goneAfterPaid === 'refunded'
      ? final(r, 'refunded', by, proof)
      : { ask: 'contradiction' };
  }
  if (said.has('refunded')) return final(r, 'refunded', by, proof);
  if (said.has('closed')) return final(r, 'closed', by, proof);
  return final(r, 'reversed', by, proof);
}

/** The payment channel shows money that the order does not show. */
function channelDisagrees(r: Reversal, kind: OrderView['kind']): boolean {
  const channel = channelAnswer(r)?.channel;
  return channel === 'paid' || (channel === 'refunded' && kind === 'closed');
}

/** What the last look at the order proves. Called only when the look is an end, or the watch over it has ended. */
export function conclude(r: Reversal): Conclusion {
  const { view } = lookOf(r);
  if (view.kind !== 'refunded' && channelDisagrees(r, view.kind)) return { ask: 'contradiction' };
  if (isWatchedByChannel(r) && channelAnswer(r) === undefined && r.legacy !== true) return { ask: 'gateway-unsure' };
  if (mayHidePayment(r)) return { ask: 'gateway-unsure' };
  const proof = proofOf(r);
  const by: BroughtAboutBy = r.acts.some(mayHaveWorked) ? 'us' : 'gateway';
  switch (view.kind) {
    case 'refunded':
      return final(r, 'refunded', by, proof, effects(r).has('closed') && !effects(r).has('refunded'));
    case 'closed':
      return r.sawPaid || effects(r).has('refunded') ? { ask: 'contradiction' } : final(r, 'closed', by, proof);
    case 'gone':
      return concludeGone(r, by, proof);
    case 'absent': {
      const said = effects(r);
      // Something was closed or paid here before: an order does not vanish.
      if (r.sawPaid || said.has('closed') || said.has('refunded')) return { ask: 'contradiction' };
      if (view.hint === true && !foundNothing(r)) return { ask: 'not-confirmed' };
      return final(r, 'nothing_to_reverse', 'payer', proof);
    }
    default:
      return { ask: 'contradiction' };
  }
}

/** The payment stays, or what is left of it. */
export function concludeKept(r: Reversal): Conclusion {
  const kept = final(r, 'kept', 'payer', proofOf(r));
  return lookOf(r).view.kind === 'partlyRefunded' && 'outcome' in kept
    ? { outcome: { ...kept.outcome, partlyRefunded: true } }
    : kept;
}

/** Our refund's own query says that it is done; the money is back whatever the order's status shows. */
export function concludeRefunded(r: Reversal): Conclusion {
  const look = r.refundLook;
  if (look?.view.kind !== 'done') return { ask: 'contradiction' };
  const { amount, kind, evidence } = look.view;
  if (amount !== undefined && amount !== r.request.amount) return { ask: 'partly-refunded' };
  return final(r, 'refunded', 'us', { of: 'refund', kind, askedAt: look.askedAt, ...(evidence && { evidence }) });
}

/** What an operator decided, after a look that did not contradict it. */
export function concludeManually(
  r: Reversal,
  { askedAt: _, shown, ...decided }: PendingResolution & { readonly shown: ViewKey },
): Settlement {
  return {
    kind: 'final',
    action: 'manual',
    by: 'operator',
    proof: { ...proofOf(r), of: 'operator', kind: decided.finalAction },
    ...(r.latePayment && { latePayment: true }),
    resolution: { ...decided, shown },
    ...byPeople(r),
  };
}
