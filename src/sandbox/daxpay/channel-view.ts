import type { Flags } from './flags.ts';
import type { ChannelState } from './trade.ts';

/** What the channel's own query says. Alipay's "not exist" proves nothing, hence C's `pay_not_found_unknown`. */
export type View = 'paid' | 'unpaid' | 'closed' | 'refunded' | 'notFound' | 'notFoundUnknown';

const views: Readonly<Record<ChannelState, View>> = {
  not_exist: 'notFound',
  unpaid: 'unpaid',
  paid: 'paid',
  closed: 'closed',
  refunded: 'refunded',
};

export function channelView(channel: Flags['channel'], state: ChannelState): View {
  return channel === 'ali_pay' && state === 'not_exist' ? 'notFoundUnknown' : views[state];
}
