/** A DaxPay account in the configuration: one shape a wire profile, never guessed at run time (spec/daxpay.md 0.4). */
import { z } from 'zod';
import { endpoint, insecure, requireTls } from '../endpoint.ts';
import { secretRef } from '../module.ts';

/** Origin and optional path prefix. */
const base = endpoint.transform((text) => text.replace(/\/+$/, ''));

const common = {
  endpoint: base,
  insecure,
  /** Told for requests that name none of their own. Sent and signed when present; the server checks its form only. */
  clientIp: z.union([z.ipv4(), z.ipv6()]).optional(),
  /** Whether a paid order may be refunded through DaxPay. */
  refunds: z.boolean().default(true),
  /** Whether this merchant's books can cope with a cancel whose refund DaxPay does not record (8.4). */
  cancel: z.boolean().default(false),
};

const merchant = {
  mchNo: z.string().min(1).max(32),
  /** Zone of the server's wall clock, which its times are written in. The shipped image and F's contract: +8. */
  utcOffsetHours: z.number().min(-12).max(14).default(8),
};

const appId = z.string().min(1).max(32);

const profiles = z.discriminatedUnion('profile', [
  /** Tag 2.0.8. The platform has one secret for everybody. */
  z.strictObject({
    profile: z.literal('c'),
    ...common,
    secret: secretRef,
    signType: z.enum(['HMAC_SHA256', 'MD5']).default('HMAC_SHA256'),
  }),
  /** Tag 3.0.0. That tag digests with MD5 where its application is set to SM3: configure MD5 for it (1.2). */
  z.strictObject({
    profile: z.literal('e'),
    ...common,
    ...merchant,
    appId,
    secret: secretRef,
    signType: z.enum(['HMAC_SHA256', 'MD5', 'SM3']).default('HMAC_SHA256'),
  }),
  /** DaxPay Open 1.0: PKCS#8 key of the merchant, public key of the platform, PEM or bare base64. */
  z.strictObject({
    profile: z.literal('f'),
    ...common,
    ...merchant,
    appId: appId.optional(),
    privateKey: secretRef,
    platformPublicKey: secretRef,
  }),
]);

export const daxpayAccount = profiles.superRefine(requireTls);

export type DaxpayAccount = z.output<typeof daxpayAccount>;
