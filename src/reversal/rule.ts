/** The rule that decided a step, by the name under which it is printed. */
import type { Step } from './decide.ts';
import type { Rules } from './rules.ts';

/**
 * The page in `docs/decisions` and the anchor on it, such as `alipay#before.reverse.paid`; none where no table decides,
 * as before the first look or while an operator's word is carried out.
 */
export function ruleOf({ provider, profile }: Rules, step: Step): string | undefined {
  const cell = 'cell' in step ? step.cell : undefined;
  if (cell === undefined) return undefined;
  return `${profile === undefined ? provider : `${provider}-${profile}`}#${cell}`;
}
