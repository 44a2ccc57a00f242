/**
 * What an operator decides: the order is looked at once more first, and what the gateway contradicts is refused. What it
 * cannot be asked about has to be decided knowingly.
 */
import { confirmEnd, lostUntil, mayHidePayment, payableUntil } from './facts.ts';
import { viewKeyOf } from './keys.ts';
import type { Resolution } from './outcome.ts';
import { PAID, type ViewKey } from './rules.ts';
import type { PendingResolution, Reversal } from './state.ts';

/** What a look shows that cannot be true together with a final action. */
export const CONTRADICTS: Readonly<Record<Resolution['finalAction'], ReadonlySet<ViewKey>>> = {
  kept: new Set(['absent', 'unpaid', 'closed', 'refunded', 'gone']),
  // Still payable counts as well: nobody may be told that it is over.
  closed: new Set([...PAID, 'refunded', 'unpaid', 'settlingPayment', 'settlingRefund']),
  refunded: new Set([...PAID, 'absent', 'unpaid', 'closed', 'settlingPayment']),
  nothing_to_reverse: new Set([...PAID, 'refunded', 'unpaid', 'settlingPayment', 'settlingRefund']),
};

const GOES_ON = 'The gateway still works on this order: wait until it has ended that.';
const SILENT = 'The gateway does not tell now how the order stands.';
const UNASKED = 'The gateway closed this order without asking the payment channel: it cannot tell whether it was paid.';

/**
 * What neither bears a resolution out nor contradicts it: believed only where a person says so knowingly. What a gateway
 * marks as failed is left out: it does not know itself, and a person was asked to find out.
 */
const UNTOLD: Readonly<Partial<Record<ViewKey, string>>> = {
  unknown: SILENT,
  rejected: SILENT,
  settlingPayment: GOES_ON,
  settlingCancel: GOES_ON,
  settlingRefund: GOES_ON,
};

/** Money that went back another way leaves these as they are. */
const UNMOVED: ReadonlySet<ViewKey> = new Set([...PAID, 'absent', 'closed']);

/** An operator wants to settle it. */
export function resolving(r: Reversal, resolution: Resolution, now: number): Reversal {
  const { refusal: _, ...rest } = r;
  return { ...rest, resolution: { ...resolution, askedAt: now } };
}

/** As if no look had been made for it yet. */
export function unjudged({ shown: _, ...asked }: PendingResolution): PendingResolution {
  return asked;
}

/** Whether the look that just came back bears out a pending resolution; without one nothing changes. */
export function judged(r: Reversal): Reversal {
  const { resolution, look, ...rest } = r;
  if (resolution === undefined || look === undefined || look.askedAt < resolution.askedAt) return r;
  const shown = viewKeyOf(look.view);
  const refusal = tooEarly(r, resolution, look.askedAt) ?? contradiction(r, resolution, shown);
  return refusal === undefined ? { ...r, resolution: { ...resolution, shown } } : { ...rest, look, refusal };
}

function contradiction(r: Reversal, resolution: Resolution, shown: ViewKey): string | undefined {
  const { finalAction, elsewhere, unseen } = resolution;
  // A look at something else than this order says nothing about it.
  if (r.mismatch !== undefined) return undefined;
  const unasked = mayHidePayment(r);
  if (unasked || !CONTRADICTS[finalAction].has(shown)) {
    const untold = unasked ? UNASKED : UNTOLD[shown];
    if (untold === undefined || unseen === true) return undefined;
    return `${untold} Nothing was recorded. If it has to be decided all the same, send it again with "unseen": true.`;
  }
  const canBeElsewhere = finalAction === 'refunded' && UNMOVED.has(shown);
  if (canBeElsewhere && elsewhere === true) return undefined;
  return (
    `The gateway contradicts "${finalAction}": it shows "${shown}" now. Nothing was recorded.` +
    (canBeElsewhere ? ' If the money went back outside this gateway, send it again with "elsewhere": true.' : '')
  );
}

/**
 * What a person may not decide yet, by a look that was asked for at `askedAt`: a lost call may still take the payment
 * back (a second time) or close the order, a replica may still show the state before a success, a code may still be paid.
 */
export function tooEarly(r: Reversal, resolution: Resolution, askedAt: number): string | undefined {
  const { finalAction, elsewhere, unseen } = resolution;
  const cannot = (until: number, why: string) =>
    `${why} until ${new Date(until).toISOString()}: "${finalAction}" cannot be decided before that.`;
  if (finalAction !== 'refunded' || elsewhere === true) {
    const lost = lostUntil(r);
    if (askedAt < lost) return cannot(lost, 'A call whose answer was lost may still be executed');
    const unconfirmed = confirmEnd(r);
    if (askedAt < unconfirmed) {
      return cannot(unconfirmed, 'The gateway said that a call was done, and its looks may lag behind that');
    }
  }
  const payable = payableUntil(r);
  if (finalAction !== 'nothing_to_reverse' || unseen === true || askedAt >= payable) return undefined;
  return `${cannot(payable, 'The order can still be paid')} To decide it all the same, send it with "unseen": true.`;
}
