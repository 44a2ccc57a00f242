/** Paywise signs with HMAC-SHA256 over the exact bytes of the body, in both directions. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export function sign(secret: string, body: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

export function verifies(secret: string, body: string, signature: string | undefined): boolean {
  const wanted = Buffer.from(sign(secret, body));
  const given = Buffer.from(signature ?? '');
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
