/** Alipay's OpenAPI v3: HTTP statuses, signatures in headers, errors without one. */
import { alipayCommon, alipayOn } from './alipay.ts';
import { alipayScenarios } from './alipay-scenarios.ts';
import type { GatewayDescription } from './description.ts';

export const alipayV3: GatewayDescription = {
  ...alipayCommon,
  name: 'alipay-v3',
  signsErrors: false,
  // 6.3: in v3 the code also comes without its prefix.
  codes: [
    ...alipayCommon.codes,
    { call: 'lookAtRefund', fault: { name: 'gatewayError:TRADE_NOT_EXIST' }, says: 'notFound' },
  ],
  untrusted: [...alipayCommon.untrusted, ...alipayOn(['look', 'cancel', 'close', 'refund'], ['nullSignature'])],
  lenient: [...alipayCommon.lenient, ...alipayOn(['look', 'cancel'], ['classicMembers'])],
  scenarios: alipayScenarios,
};
