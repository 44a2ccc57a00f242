import type { SandboxHost } from '../contract.ts';
import type { Locks } from './locks.ts';
import type { Order } from './order.ts';
import type { Refusal } from './outcome.ts';
import type { Profile } from './profiles/profile.ts';
import type { Reason } from './profiles/refusals.ts';
import type { Params } from './wire/fields.ts';
import type { Verb } from './wire/requests.ts';

/** What the channel does to DaxPay, by the business fault of this call. */
export type ChannelFault =
  | { readonly kind: 'down'; readonly executes: boolean }
  | { readonly kind: 'refuses'; readonly text: string }
  | { readonly kind: 'slow'; readonly ms: number };

/** What an operation works with: one system. */
export interface Desk {
  readonly profile: Profile;
  readonly host: SandboxHost;
  readonly locks: Locks;
}

/** One request that passed the checks and names an order. */
export interface Call {
  readonly desk: Desk;
  readonly verb: Verb;
  readonly order: Order;
  readonly params: Params;
  readonly channelFault?: ChannelFault;
  /** The order was changed, or the channel was asked to. */
  touched: boolean;
}

export function refuse({ desk }: Pick<Call, 'desk'>, reason: Reason): Refusal {
  return desk.profile.refusals[reason];
}

/** DaxPay learns from the channel that the order was paid. Dropped unless it waits for just that (spec 6). */
export function landCallback(order: Order, profile: Profile): boolean {
  const { row } = order;
  const { trade, now } = order.facts;
  if (row === undefined || row.status !== 'progress' || trade.paidAt === undefined) return false;
  if (profile.dropsLateCallback && now() >= row.expiredTime) return false;
  const paid = { status: 'success', payTime: trade.paidAt, outOrderNo: trade.number } as const;
  return order.save(row, paid, profile.tellsCallback);
}
