import { keyPair, signText } from './keys.ts';
import type { Shape } from './shape.ts';

/**
 * The signature of an answer, or what the shape puts in its place. `signedText` builds the text to sign from a body,
 * so that the signature of another order's answer can be made too.
 */
export function seal(body: string, outTradeNo: unknown, signedText: (body: string) => string, shape: Shape): string {
  const text = signedText(body);
  if (shape.wrongSignature) return signText(`${text} `, keyPair('platform').privateKey);
  if (shape.otherKey) return signText(text, keyPair('stranger').privateKey);
  if (shape.signatureOfOther) return signText(signedText(ofAnother(body, outTradeNo)), keyPair('platform').privateKey);
  return signText(text, keyPair('platform').privateKey);
}

function ofAnother(body: string, outTradeNo: unknown): string {
  const number = typeof outTradeNo === 'string' ? outTradeNo : '';
  return body.replace(number, `${number}7`);
}
