/** "DaxPay Open" 1.0: RSA both ways, one flat signed envelope. */
import { generateKeyPairSync } from 'node:crypto';
import { ACTS, daxpayCommon, statesOf } from './daxpay.ts';
import { COMMON_3 } from './daxpay-e.ts';
import { daxpayScenarios } from './daxpay-scenarios.ts';
import { codes, type GatewayDescription } from './description.ts';

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

export const daxpayF: GatewayDescription = {
  ...daxpayCommon,
  name: 'daxpay-f',
  calls: daxpayCommon.calls.map((call) => (call.state === 'progress' ? { ...call, state: 'processing' } : call)),
  states: statesOf('processing', [{ state: 'init', shows: 'unpaid' }]),
  codes: [
    ...daxpayCommon.codes,
    ...codes(ACTS, { ...COMMON_3, '10410': 'again', '10507': 'again', dataCode1: 'refused unclear' }),
    ...codes(['look', 'lookAtRefund'], { ...COMMON_3, '10410': 'unknown gatewayFault' }),
    { call: 'refund', fault: { name: '10405' }, says: 'refused absent' },
  ],
  wrongKey: (credentials) => ({
    ...credentials,
    privateKey: pair().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }),
  wrongPlatformKey: (credentials) => ({
    ...credentials,
    platformPublicKey: pair().publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }),
  scenarios: daxpayScenarios('f'),
};
