/** Shouqianba's folder, as the rest of Unwind sees it. */
import type { GatewayModule } from '../module.ts';
import { type ShouqianbaAccount, shouqianbaAccount } from './account.ts';
import { openShouqianba } from './client.ts';
import { shouqianbaNotifications } from './notification.ts';
import { missingKey, rotateKeys } from './terminal.ts';

export { type ActivationAccount, activationAccount, type ShouqianbaAccount } from './account.ts';
export { type Activation, activateTerminal, rotateKeys } from './terminal.ts';

export const shouqianba: GatewayModule<ShouqianbaAccount> = {
  provider: 'shouqianba',
  account: shouqianbaAccount,
  /** A terminal belongs to one store of one merchant, at whichever of the gateway's addresses. */
  identity: (account) => account.terminalSn,
  open: openShouqianba,
  notifications: shouqianbaNotifications,
  rotateKeys,
  missing: missingKey,
  rules: (account) => ({ name: 'shouqianba', permits: { refund: account.refunds, revoke: account.revoke } }),
};
