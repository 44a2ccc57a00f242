/** Whether an end that was recorded still agrees with what the gateway shows, days later. */
import type { FinalAction, Resolution } from './outcome.ts';
import { CONTRADICTS } from './resolution.ts';
import { PAID, type ViewKey } from './rules.ts';

const BY_ACTION: Readonly<Record<Exclude<FinalAction, 'manual'>, ReadonlySet<ViewKey>>> = {
  // A payment that was kept may be refunded later, as any sale.
  kept: new Set(['absent', 'unpaid', 'closed']),
  closed: CONTRADICTS.closed,
  refunded: CONTRADICTS.refunded,
  reversed: new Set([...PAID, 'unpaid', 'settlingPayment']),
  nothing_to_reverse: CONTRADICTS.nothing_to_reverse,
};

/** What is compared: the action, or what a person settled instead of one. */
export function auditedAction(
  action: FinalAction,
  resolution: Resolution | undefined,
): Exclude<FinalAction, 'manual'> | undefined {
  if (action !== 'manual') return action;
  // What was settled outside the gateway, its looks cannot show.
  return resolution === undefined || resolution.elsewhere === true ? undefined : resolution.finalAction;
}

/** A look that tells nothing contradicts nothing. */
export function contradicts(action: Exclude<FinalAction, 'manual'>, shown: ViewKey): boolean {
  return BY_ACTION[action].has(shown);
}
