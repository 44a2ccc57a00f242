/** The loop that each gateway's own demo or documents show, by provider. */
import type { Baseline } from '../case.ts';
import { alipayDemo } from './alipay.ts';
import { daxpayDocuments } from './daxpay.ts';
import { shouqianbaDocuments } from './shouqianba.ts';

const LOOPS: ReadonlyMap<string, Baseline> = new Map([
  ['alipay', alipayDemo],
  ['shouqianba', shouqianbaDocuments],
  ['daxpay', daxpayDocuments],
]);

export function officialLoop(provider: string): Baseline {
  const loop = LOOPS.get(provider);
  if (loop === undefined) throw new Error(`no official loop for ${provider}`);
  return loop;
}
