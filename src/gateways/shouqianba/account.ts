/** How a Shouqianba terminal is configured. */
import { z } from 'zod';
import { secretRef } from '../module.ts';

/** Hosts that may be reached without TLS: this machine, private networks and names without a dot (containers). */
const PRIVATE_HOST =
  /^(localhost|[^.:]+|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(1[6-9]|2\d|3[01])\.[\d.]+|\[::1\])$/;

const endpoint = z
  .url({ protocol: /^https?$/ })
  .refine((value) => {
    const url = URL.parse(value);
    return url?.protocol === 'https:' || PRIVATE_HOST.test(url?.hostname ?? '');
  }, 'must be https: answers are not signed, TLS is their only protection')
  .refine((value) => !/[?#@]/.test(value), 'must have no query, fragment or user')
  .transform((value) => value.replace(/\/+$/, ''));

export const shouqianbaAccount = z
  .strictObject({
    /** The gateway's base address. Never derived: regions differ (spec 1.1). */
    endpoint,
    terminalSn: z.string().regex(/^[\w-]{1,32}$/),
    /** The key from the activation. Used until the key store has one of this terminal. */
    terminalKey: secretRef,
    /** As given at the activation: a check-in repeats it. */
    deviceId: z.string().min(1).max(128),
    /** For activation only. */
    vendorSn: z
      .string()
      .regex(/^[\w-]{1,32}$/)
      .optional(),
    vendorKey: secretRef.optional(),
    /** Shouqianba's own RSA key, to verify callbacks with: without it they are not taken. */
    callbackPublicKey: secretRef.optional(),
    appId: z.string().min(1).max(64).optional(),
    /** Whether Shouqianba enabled revoke for this account (spec 5.1). */
    revoke: z.boolean().default(true),
    refunds: z.boolean().default(true),
    /** Named as the operator of refunds. */
    operator: z.string().min(1).max(64).default('reversal'),
  })
  .refine((it) => (it.vendorSn === undefined) === (it.vendorKey === undefined), {
    path: ['vendorKey'],
    message: 'vendorSn and vendorKey belong together',
  });

export type ShouqianbaAccount = z.infer<typeof shouqianbaAccount>;
