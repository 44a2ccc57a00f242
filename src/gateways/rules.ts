/** Every gateway's rules by name. Data only, so that workflow code can import it. */
import type { Rules } from '../reversal/rules.ts';
import { alipayRules } from './alipay/rules.ts';
import { daxpayCRules, daxpayERules, daxpayFRules } from './daxpay/rules.ts';
import { shouqianbaRules } from './shouqianba/rules.ts';

export const RULES = {
  alipay: alipayRules,
  shouqianba: shouqianbaRules,
  'daxpay-c': daxpayCRules,
  'daxpay-e': daxpayERules,
  'daxpay-f': daxpayFRules,
} as const satisfies Record<string, Rules>;

export type RulesName = keyof typeof RULES;
