/** Asynchronous notifications: a form, signed by another rule than requests (specification 7.4). */
import { classicStringToSign, loadPublicKey, verify } from './sign.ts';

/**
 * Whether a notification was signed by Alipay. Values as decoded once; `sign` and `sign_type` take no part. A true
 * answer says nothing about the order: `app_id`, `seller_id`, number and amount are still to be compared, and Unwind
 * looks at the order anyway.
 *
 * @param form the decoded form; a name that comes twice does not verify
 * @param alipayPublicKey PEM or bare base64, or the Alipay certificate in certificate mode
 * @throws Error when `alipayPublicKey` is no RSA public key
 */
export function verifyNotification(
  form: URLSearchParams | Readonly<Record<string, string>>,
  alipayPublicKey: string,
): boolean {
  const key = loadPublicKey(alipayPublicKey);
  const pairs = form instanceof URLSearchParams ? [...form] : Object.entries(form);
  const values = new Map(pairs);
  const signature = values.get('sign') ?? '';
  if (values.size !== pairs.length || signature === '' || values.get('sign_type') !== 'RSA2') return false;
  return verify(classicStringToSign(pairs, ['sign', 'sign_type']), signature, key);
}
