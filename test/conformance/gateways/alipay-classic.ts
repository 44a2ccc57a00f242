/** Alipay's classic gateway (`gateway.do`). */
import { alipayCommon, alipayOn } from './alipay.ts';
import { alipayScenarios } from './alipay-scenarios.ts';
import type { GatewayDescription } from './description.ts';

export const alipayClassic: GatewayDescription = {
  ...alipayCommon,
  name: 'alipay-classic',
  signsErrors: true,
  codes: [
    ...alipayCommon.codes,
    // 5.4: the flag counts beside every code.
    { call: 'cancel', fault: { name: 'ACQ.SYSTEM_ERROR', with: { retryFlag: 'Y' } }, says: 'again' },
    { call: 'cancel', fault: { name: 'ACQ.SELLER_BALANCE_NOT_ENOUGH', with: { retryFlag: 'Y' } }, says: 'again' },
    { call: 'cancel', fault: { name: 'isp.unknow-error', with: { retryFlag: 'Y' } }, says: 'again' },
    {
      call: 'cancel',
      fault: { name: 'ACQ.CANCEL_NOT_ALLOWED', with: { retryFlag: 'absent' } },
      says: 'refused notAllowed',
    },
  ],
  untrusted: [...alipayCommon.untrusted, ...alipayOn(['look', 'cancel', 'refund'], ['duplicateNode'])],
  lenient: [...alipayCommon.lenient, ...alipayOn(['look', 'cancel', 'close', 'refund'], ['signFirst'])],
  scenarios: alipayScenarios,
};
