/** The models by gateway. A new gateway is a file here and a row. */
import type { Model } from '../model.ts';
import { alipay } from './alipay.ts';
import { daxpayC, daxpayE, daxpayF } from './daxpay.ts';
import { shouqianba } from './shouqianba.ts';

export const MODELS: readonly Model[] = [alipay, shouqianba, daxpayC, daxpayE, daxpayF];
