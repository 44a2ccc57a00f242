/** Paywise's folder, as the rest of Unwind sees it. */
import type { GatewayModule } from '../../../src/gateways/module.ts';
import type { Permits } from '../../../src/reversal/rules.ts';
import { type PaywiseAccount, paywiseAccount } from './account.ts';
import { paywiseGateway } from './client.ts';

/** Inside `src` this is a plain `GatewayModule`: its row in `rules.ts` makes `paywise` a name of rules. */
type PaywiseModule = Omit<GatewayModule<PaywiseAccount>, 'rules'> & {
  rules(account: PaywiseAccount): { readonly name: 'paywise'; readonly permits: Partial<Permits> };
};

export const paywise: PaywiseModule = {
  provider: 'paywise',
  account: paywiseAccount,
  identity: ({ keyId }) => keyId,
  open: ({ endpoint, keyId, secret }, deps) => paywiseGateway({ endpoint, keyId, secret: deps.secret(secret) }),
  rules: () => ({ name: 'paywise', permits: {} }),
};
