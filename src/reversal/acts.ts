/** How many acts a case carries: it can be tried for months, and every size has a limit in Temporal. */
import type { Act } from './state.ts';

/** More than any table allows tries, and than calls can be under way at once. */
export const WHOLE = 100;

/** Everything that a decision asks of an act that is long over. */
function kindOf({ verb, answer }: Act): string {
  const { kind = 'lost', hint = false, noRepeat = false } = answer ?? {};
  const effect = answer?.kind === 'done' ? answer.effect : '';
  const why = answer !== undefined && 'why' in answer ? answer.why : '';
  const wasBusy = answer?.kind === 'again' && answer.afterMs !== undefined;
  return [verb, kind, effect, why, hint, noRepeat, wasBusy].join(' ');
}

/**
 * The newest acts, and of the older ones the last of each kind: whether something was ever sent, found, closed or
 * refunded stays known, and which of its kind was the last. The ledger has them all.
 */
export function condensed(acts: readonly Act[]): readonly Act[] {
  const old = acts.slice(0, -WHOLE);
  const lastOfKind = new Map(old.map((act) => [kindOf(act), act]));
  return [...old.filter((act) => lastOfKind.get(kindOf(act)) === act), ...acts.slice(-WHOLE)];
}
