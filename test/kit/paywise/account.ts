/** A Paywise account in the configuration. */
import { z } from 'zod';
import { secretRef } from '../../../src/gateways/module.ts';

export const paywiseAccount = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/ }),
  keyId: z.string().min(1).max(32),
  secret: secretRef,
});

export type PaywiseAccount = z.infer<typeof paywiseAccount>;
