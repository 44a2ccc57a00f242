/** Callbacks to the merchant: JSON, signed with RSA over the bytes of the body, where requests have MD5. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Notice, NoticeRules, NoticeWish } from '../contract.ts';
import type { Order } from './order.ts';
import { lookData } from './order-data.ts';

export const callbackRules: NoticeRules = { takenBy: 'success', againAfterMs: [1000, 5000, 30_000, 600_000] };

const made = new Map<string, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>();

/** The gateway's own pair, and a stranger's for forgeries. Made once a process, since making them takes long. */
function keyPair(owner: 'gateway' | 'stranger') {
  const pair = made.get(owner) ?? generateKeyPairSync('rsa', { modulusLength: 2048 });
  made.set(owner, pair);
  return pair;
}

export function callbackPublicKey(): string {
  return keyPair('gateway').publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

export function writeCallback(order: Order, terminalSn: string, wish: NoticeWish): Notice {
  const view = order.views.at(-1);
  if (view === undefined) throw new Error(`order ${order.clientSn} was never seeded`);
  const { payment_list: _, ...data } = lookData(order, view);
  const terminal = wish.otherMerchant ? `${terminalSn.slice(0, -1)}X` : terminalSn;
  const body = JSON.stringify({ terminal_sn: terminal, ...data });
  const key = keyPair(wish.forged === 'key' ? 'stranger' : 'gateway').privateKey;
  const signature = sign('sha256', Buffer.from(body), key).toString('base64');
  return {
    headers: {
      'content-type': 'application/json;charset=UTF-8',
      ...(wish.forged !== 'unsigned' && { authorization: `${terminal} ${signature}` }),
    },
    body: wish.forged === 'content' ? body.replace(`"${order.amount}"`, '"1"') : body,
  };
}
