/** How a Shouqianba terminal is configured. */
import { z } from 'zod';
import { endpoint, insecure, requireTls } from '../endpoint.ts';
import { secretRef } from '../module.ts';

/** Answers are not signed: TLS is their only protection. */
const base = endpoint.transform((text) => text.replace(/\/+$/, ''));

const sn = z.string().regex(/^[\w-]{1,32}$/);
const appId = z.string().min(1).max(64);

const section = z.strictObject({
  /** The gateway's base address. Never derived: regions differ (spec 1.1). */
  endpoint: base,
  insecure,
  terminalSn: sn,
  /** The key from an activation by other means than ours. Used until the key store has one of this terminal. */
  terminalKey: secretRef.optional(),
  /** As given at the activation: a check-in repeats it. */
  deviceId: z.string().min(1).max(128),
  /** For activation only. */
  vendorSn: sn.optional(),
  vendorKey: secretRef.optional(),
  appId: appId.optional(),
  /** Shouqianba's own RSA key, to verify callbacks with: without it they are not taken. */
  callbackPublicKey: secretRef.optional(),
  /** Whether Shouqianba enabled revoke for this account (spec 5.1). */
  revoke: z.boolean().default(true),
  refunds: z.boolean().default(true),
  /** Named as the operator of refunds. */
  operator: z.string().min(1).max(64).default('reversal'),
});

export const shouqianbaAccount = section
  .refine((it) => (it.vendorSn === undefined) === (it.vendorKey === undefined), {
    path: ['vendorKey'],
    message: 'vendorSn and vendorKey belong together',
  })
  .superRefine(requireTls);

export type ShouqianbaAccount = z.infer<typeof shouqianbaAccount>;

/** The same section before its terminal is activated, when it has no number yet; or again, when it has. */
export const activationAccount = section
  .extend({ terminalSn: sn.optional(), vendorSn: sn, vendorKey: secretRef, appId })
  .superRefine(requireTls);

export type ActivationAccount = z.infer<typeof activationAccount>;
