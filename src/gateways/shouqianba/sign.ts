/** Request signatures and the refund number (spec 1.2, 5.6). Answers are not signed: TLS is their only protection. */
import { createHash } from 'node:crypto';

/** Who signs: a terminal for its orders and its check-in, a vendor for the activation. */
export interface Principal {
  readonly sn: string;
  readonly key: string;
}

/**
 * Lower-case hex of MD5 over the bytes sent, then the UTF-8 bytes of the key. Nothing is sorted, trimmed or escaped:
 * sign the very buffer that goes out.
 */
export function sign(body: Uint8Array, key: string): string {
  return createHash('md5').update(body).update(key, 'utf8').digest('hex');
}

/** The `Authorization` header: serial number, one space, signature. */
export function authorization(principal: Principal, body: Uint8Array): string {
  return `${principal.sn} ${sign(body, principal.key)}`;
}

const DIGITS = 18;
const SPACE = 36n ** BigInt(DIGITS);

/**
 * The one refund number of an order: `RV` and 18 base-36 digits, SHA-256 of `client_sn` modulo 36^18. 20 characters,
 * the documented limit, and unique across a merchant's orders.
 */
export function refundNo(clientSn: string): string {
  const digest = createHash('sha256').update(clientSn, 'utf8').digest('hex');
  const number = BigInt(`0x${digest}`) % SPACE;
  return `RV${number.toString(36).toUpperCase().padStart(DIGITS, '0')}`;
}
