/** The models by gateway. A new gateway is a file here and a row. */
import type { Model } from '../model.ts';
import { alipay } from './alipay.ts';

export const MODELS: readonly Model[] = [alipay];
