/** DaxPay 2.0.8: `data.code` 1 stands for every business error, and outer codes are unsigned. */
import { ACTS, all, daxpayCommon, statesOf } from './daxpay.ts';
import { daxpayScenarios } from './daxpay-scenarios.ts';
import { codes, type GatewayDescription } from './description.ts';

export const daxpayC: GatewayDescription = {
  ...daxpayCommon,
  name: 'daxpay-c',
  states: statesOf('progress', []),
  codes: [
    ...daxpayCommon.codes,
    ...codes(ACTS, {
      ...all('unknown gatewayFault', ['10001', '10008']),
      ...all('rejected request', ['10005', '10006']),
      '10004': 'rejected config',
      '10007': 'again',
      '10010': 'refused absent',
      dataCode1: 'refused unclear',
    }),
    ...codes(['look', 'lookAtRefund'], {
      ...all('unknown gatewayFault', ['10001', '10007', '10008']),
      ...all('rejected request', ['10005', '10006']),
      dataCode1: 'unknown unfamiliar',
    }),
    { call: 'look', fault: { name: 'dataCode1', with: { msg: '支付订单不存在' } }, says: 'absent' },
    { call: 'lookAtRefund', fault: { name: 'dataCode1', with: { msg: '退款订单不存在' } }, says: 'notFound' },
  ],
  wrongKey: (credentials) => ({ ...credentials, secret: 'not-the-secret' }),
  scenarios: daxpayScenarios('c'),
};
