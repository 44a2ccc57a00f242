/** What the test's worker registers: Unwind's workflow, with Paywise's row in the rules. */
import { RULES } from '../../src/gateways/rules.ts';
import { paywiseRules } from './paywise/rules.ts';

// In `src` this is one line of `rules.ts`; a test may not edit it.
Object.assign(RULES, { paywise: paywiseRules });

export { reversePayment } from '../../src/workflows/index.ts';
