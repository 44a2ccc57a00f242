import { alipaySystem } from './alipay/system.ts';
import type { SystemFactory } from './contract.ts';
import { daxpayC, daxpayE, daxpayF } from './daxpay/index.ts';
import { shouqianbaSystem } from './shouqianba/index.ts';

/** The gateways that the sandbox emulates. A new one is a folder beside this file and a row here. */
export const systems: Readonly<Record<string, SystemFactory>> = {
  alipay: alipaySystem,
  shouqianba: shouqianbaSystem,
  'daxpay-c': daxpayC,
  'daxpay-e': daxpayE,
  'daxpay-f': daxpayF,
};
