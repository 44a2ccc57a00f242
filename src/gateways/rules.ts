/** Every gateway's rules by name. Data only, so that workflow code can import it. */
import type { Rules } from '../reversal/rules.ts';
import { alipayRules } from './alipay/rules.ts';

export const RULES = {
  alipay: alipayRules,
} as const satisfies Record<string, Rules>;

export type RulesName = keyof typeof RULES;
