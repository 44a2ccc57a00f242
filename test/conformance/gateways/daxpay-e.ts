/** DaxPay 3.0.0: one envelope, signed whole; business errors raised in the controller are signed. */
import { ACTS, all, daxpayCommon, statesOf } from './daxpay.ts';
import { daxpayScenarios } from './daxpay-scenarios.ts';
import { codes, type GatewayDescription } from './description.ts';

export const COMMON_3 = {
  ...all('unknown gatewayFault', ['10500', '10409']),
  ...all('rejected request', ['10505', '10506', '10408']),
  ...all('rejected config', ['10401', '10404']),
} as const;

export const daxpayE: GatewayDescription = {
  ...daxpayCommon,
  name: 'daxpay-e',
  states: statesOf('progress', [{ state: 'wait', shows: 'unpaid' }]),
  codes: [
    ...daxpayCommon.codes,
    ...codes(ACTS, { ...COMMON_3, '10410': 'again', '10507': 'again', dataCode1: 'refused unclear' }),
    ...codes(['look', 'lookAtRefund'], { ...COMMON_3, '10410': 'unknown gatewayFault', '20041': 'absent' }).map((c) =>
      c.fault.name === '20041' && c.call === 'lookAtRefund' ? { ...c, says: 'notFound' } : c,
    ),
    { call: 'refund', fault: { name: '10405' }, says: 'refused absent' },
    { call: 'close', fault: { name: '10405' }, says: 'rejected config' },
  ],
  wrongKey: (credentials) => ({ ...credentials, secret: 'not-the-secret' }),
  scenarios: daxpayScenarios('e'),
};
