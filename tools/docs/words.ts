/** The words of the tables: what a look showed, what the gateway said, what its refund query says. */
import type { Verb } from '../../src/reversal/answer.ts';
import type { AnswerKey, RefundKey, ViewKey } from '../../src/reversal/rules.ts';

export const VIEWS: Readonly<Record<ViewKey, string>> = {
  absent: 'no such order',
  unpaid: 'not paid yet',
  paid: 'paid',
  finished: 'paid, and no longer refundable',
  partlyRefunded: 'partly refunded',
  closed: 'closed, nobody paid',
  refunded: 'all given back',
  gone: 'ended, without a word about the money',
  settlingPayment: 'the payment is being processed',
  settlingCancel: 'a cancel is being processed',
  settlingRefund: 'a refund is being processed',
  faultyPayment: 'payment failed or unclear at the gateway',
  faultyCancel: 'cancel failed at the gateway',
  faultyRefund: 'refund failed at the gateway',
  faultyStatus: 'state unknown to the gateway itself',
  unknown: 'the look failed',
  rejected: 'the look was refused (keys, signature, parameters)',
};

export const ANSWERS: Readonly<Record<AnswerKey, string>> = {
  closed: 'done, closed',
  refunded: 'done, money given back',
  nothingFound: 'done, and nothing was found',
  unspecified: 'done',
  again: 'to be sent again',
  running: 'in progress',
  tooLate: 'refused, too late',
  state: 'refused, state of the order',
  notAllowed: 'refused, not allowed for this order',
  noFunds: "refused, seller's balance too low",
  frozen: 'refused, frozen',
  finished: 'refused, finished',
  partlyRefunded: 'refused, partly refunded',
  absent: 'refused, no such order',
  unclear: 'refused, any other code',
  notSent: 'not sent',
  limited: 'rate limit',
  gatewayFault: 'the gateway itself failed',
  unknown: 'no answer that can be trusted',
  rejectedSignature: 'rejected, signature',
  rejectedRequest: 'rejected, parameters',
  rejectedConfig: 'rejected, keys or permissions',
};

export const REFUNDS: Readonly<Record<RefundKey, string>> = {
  notFound: 'no such refund',
  running: 'in progress',
  done: 'done',
  failed: 'failed',
  unknown: 'the query failed',
  rejected: 'the query was refused',
};

/** `cancel`, else `close`. */
export function verbs(list: readonly Verb[]): string {
  return list.map((verb) => `\`${verb}\``).join(', else ');
}
