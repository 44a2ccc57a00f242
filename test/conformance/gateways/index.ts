/** Every gateway that the suite proves. */
import { alipayClassic } from './alipay-classic.ts';
import { alipayV3 } from './alipay-v3.ts';
import { daxpayC } from './daxpay-c.ts';
import { daxpayE } from './daxpay-e.ts';
import { daxpayF } from './daxpay-f.ts';
import type { GatewayDescription } from './description.ts';
import { shouqianba } from './shouqianba.ts';

export const DESCRIPTIONS: readonly GatewayDescription[] = [
  alipayClassic,
  alipayV3,
  shouqianba,
  daxpayC,
  daxpayE,
  daxpayF,
];
