import { type Call, landCallback } from './call.ts';
import type { Flags } from './flags.ts';
import type { ChannelState, Trade } from './trade.ts';

/** No answer: a transport error, a bad signature of the channel, or DaxPay's patience ran out. */
export const LOST = Symbol('lost');
export interface ChannelError {
  readonly text: string;
}

/**
 * One call from DaxPay to the channel. The channel decides half-way through its latency; when DaxPay gives up before
 * the answer, the decision is taken all the same.
 */
export async function askChannel<T>(call: Call, decide: () => T): Promise<T | ChannelError | typeof LOST> {
  const { channelFault: fault, desk, order } = call;
  const { flags } = order.facts;
  const latency = fault?.kind === 'slow' ? fault.ms : flags.channelLatencyMs;
  call.touched = true;
  if (fault?.kind === 'down' || fault?.kind === 'refuses') {
    await desk.host.sleep(latency);
    if (fault.kind === 'refuses') return { text: fault.text };
    if (fault.executes) decide();
    return LOST;
  }
  if (latency >= flags.channelTimeoutMs) {
    desk.host.later(latency / 2, () => void decideWithPayer(call, decide));
    await desk.host.sleep(flags.channelTimeoutMs);
    return LOST;
  }
  await desk.host.sleep(latency / 2);
  const decision = decideWithPayer(call, decide);
  await desk.host.sleep(latency / 2);
  return decision;
}

function decideWithPayer<T>(call: Call, decide: () => T): T {
  if (call.order.facts.flags.payDuringWhen === 'before') payDuringCall(call);
  const decision = decide();
  if (call.order.facts.flags.payDuringWhen === 'after') payDuringCall(call);
  return decision;
}

function payDuringCall({ order, verb, desk }: Call): void {
  const { flags, trade } = order.facts;
  if (flags.payDuring !== verb || order.paidDuringCall) return;
  order.paidDuringCall = trade.pay();
  if (order.paidDuringCall && flags.payDuringCallback) landCallback(order, desk.profile);
}

/** `done`: closed or nothing there. `notClosable`: the channel's trade is paid. Anything else is the channel's text. */
export type CloseDecision = 'done' | 'notClosable' | ChannelError;
type Decider = Readonly<Record<ChannelState, (trade: Trade) => CloseDecision>>;

const done = (): CloseDecision => 'done';
const says = (text: string) => (): CloseDecision => ({ text });
const closes = (trade: Trade): CloseDecision => {
  trade.close();
  return 'done';
};
const returns = (trade: Trade): CloseDecision => {
  trade.giveBackRest('cancel');
  return 'done';
};

/** Spec 4.2, real 29: a trade that ended with a time of payment is not taken for closed. Alipay takes "does not exist" for success, so a code that nobody scanned can still be paid later. */
const alipay: Readonly<Record<'close' | 'cancel', Decider>> = {
  close: { not_exist: done, unpaid: closes, paid: () => 'notClosable', closed: done, refunded: () => 'notClosable' },
  cancel: { not_exist: done, unpaid: closes, paid: returns, closed: done, refunded: done },
};
const ORDER_PAID = says('该订单已支付');
const ORDER_MISSING = says('订单不存在');
const wechat: Readonly<Record<'close' | 'cancel', Decider>> = {
  close: { not_exist: ORDER_MISSING, unpaid: closes, paid: ORDER_PAID, closed: done, refunded: ORDER_PAID },
  cancel: { not_exist: ORDER_MISSING, unpaid: closes, paid: returns, closed: done, refunded: done },
};

export function decideClose(channel: Flags['channel'], verb: 'close' | 'cancel', trade: Trade): CloseDecision {
  const table = channel === 'ali_pay' ? alipay : wechat;
  return table[verb][trade.state](trade);
}
