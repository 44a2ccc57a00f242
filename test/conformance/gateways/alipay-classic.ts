/** Alipay's classic gateway (`gateway.do`). */
import { alipayCommon, alipayOn } from './alipay.ts';
import { alipayScenarios } from './alipay-scenarios.ts';
import type { GatewayDescription } from './description.ts';
import { keep, reverse, type Scenario } from './scenario.ts';

const failing = (execute: boolean) => ({
  faults: [
    { operation: 'cancel', times: 0, business: { name: 'ACQ.SYSTEM_ERROR', execute, with: { retryFlag: 'N' } } },
  ] as const,
});

/** v3 has no flag in its errors. */
const notRepeated: readonly Scenario[] = [
  {
    name: 'retry_flag=N beside an error leaves a paid order to the refund',
    order: { state: 'PAID', ...failing(false) },
    asked: reverse,
    ends: ['refunded'],
    executed: { cancel: 0, refund: 1 },
  },
  {
    name: 'retry_flag=N beside an error leaves an unpaid order to close',
    order: { state: 'WAITING', ...failing(false) },
    asked: keep,
    ends: ['closed'],
    executed: { cancel: 0, close: 1 },
  },
  {
    name: 'retry_flag=N beside an error that has executed the cancel',
    order: { state: 'PAID', ...failing(true) },
    asked: reverse,
    ends: ['refunded'],
    executed: { cancel: 1, refund: 0 },
  },
];

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
  scenarios: [...alipayScenarios, ...notRepeated],
};
