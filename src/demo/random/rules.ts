/** The real rules in less time, for random incidents. */
import type { RuleOverrides } from '../../reversal/overrides.ts';
import type { GatewayName } from '../../stand/accounts.ts';
import { faster } from '../../stand/speed.ts';
import { rulesNameOf } from '../run.ts';

const SPEED: Readonly<Record<GatewayName, number>> = {
  'alipay-classic': 60,
  'alipay-v3': 60,
  shouqianba: 40,
  'daxpay-c': 240,
  'daxpay-e': 240,
  'daxpay-f': 240,
};
const CALL_TIMEOUT_MS = 1500;

/** Of the generator: a payment arrives within this, and a code that was shown can be paid so long. */
const QUIET_MS = 1800;
export const CODE_LIFE_MS = 3500;
/** More than any replica of the sandbox lags. */
const CONFIRM_MS = 1000;
/** After the longest phase of any table: an hour at DaxPay's speed here. */
const GIVE_UP_MS = 30_000;
const SELF_CHECK_MS = 4000;
/** Of the real second: this machine runs server, gateways and workers at once, and steps may wait for each other. */
const GAP_MS = 5000;

export function randomOverrides(gateway: GatewayName): RuleOverrides {
  const { timing, ...overrides } = faster(rulesNameOf(gateway), SPEED[gateway], CALL_TIMEOUT_MS);
  return {
    ...overrides,
    timing: {
      ...timing,
      gap: GAP_MS,
      quiet: QUIET_MS,
      codeLife: CODE_LIFE_MS,
      confirmWithin: CONFIRM_MS,
      selfCheck: SELF_CHECK_MS,
      backOff: { giveUpAfter: GIVE_UP_MS },
    },
    ...(gateway === 'daxpay-c' && { permits: { cancel: true } }),
  };
}
