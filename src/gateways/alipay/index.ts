/** Alipay: the classic gateway and OpenAPI v3 behind one `Gateway`. */
import type { GatewayModule } from '../module.ts';
import { type AlipayAccount, alipayAccount, openCredentials } from './account.ts';
import { classicTransport } from './classic.ts';
import { alipayGateway } from './client.ts';
import { alipayNotifications } from './notification.ts';
import { v3Transport } from './v3.ts';

export type { AlipayAccount } from './account.ts';

const TRANSPORTS = { classic: classicTransport, v3: v3Transport } as const;

export const alipay: GatewayModule<AlipayAccount> = {
  provider: 'alipay',
  account: alipayAccount,
  /** An app may act for many merchants, each with a token of its own; then the token tells them apart. */
  identity(account, named = (ref) => JSON.stringify(ref)) {
    const { appId, appAuthToken } = account;
    return appAuthToken === undefined ? appId : `${appId} ${named(appAuthToken)}`;
  },
  open(account, deps) {
    const { appId, sellerId } = account;
    const send = TRANSPORTS[account.api](openCredentials(account, deps), () => deps.now());
    return alipayGateway(send, { appId, sellerId });
  },
  notifications: (account, deps) => alipayNotifications(openCredentials(account, deps)),
  rules: (account) => ({ name: 'alipay', permits: { refund: account.refunds, cancel: account.cancel } }),
};
