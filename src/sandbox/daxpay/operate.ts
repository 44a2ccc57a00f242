import { type Call, type ChannelFault, type Desk, refuse } from './call.ts';
import { close } from './close.ts';
import { query, queryRefund, syncRefund } from './looks.ts';
import type { Refund, Row } from './order.ts';
import type { Outcome } from './outcome.ts';
import type { Reason } from './profiles/refusals.ts';
import { refund } from './refund.ts';
import type { Shelf } from './shelf.ts';
import { sync } from './sync.ts';
import type { Received } from './wire/receive.ts';
import type { Verb } from './wire/requests.ts';

export interface Done {
  readonly outcome: Outcome;
  /** The order was changed, or the channel was asked to. */
  readonly touched: boolean;
}

type Operate = (call: Call, row: Row, refund: Refund | undefined) => Outcome | Promise<Outcome>;

const withRefund =
  (operate: (call: Call, row: Row, refund: Refund) => Outcome | Promise<Outcome>): Operate =>
  (call, row, refund) =>
    refund === undefined ? refuse(call, missing[call.verb].order) : operate(call, row, refund);

const operations: Readonly<Record<Verb, Operate>> = {
  query: ({ desk, order }) => query(desk, order),
  close: (call, row) => close(call, 'close', row),
  cancel: (call, row) => close(call, 'cancel', row),
  sync: (call, row) => sync(call, row),
  refund: (call) => refund(call),
  refundQuery: withRefund(({ desk, order }, row, refund) => queryRefund(desk, order, row, refund)),
  refundSync: withRefund((call, _row, refund) => syncRefund(call, refund)),
};

const missing: Readonly<Record<Verb, { readonly id: Reason; readonly order: Reason }>> = {
  query: { id: 'idsMissing', order: 'notFound' },
  close: { id: 'actIdsMissing', order: 'notFound' },
  cancel: { id: 'actIdsMissing', order: 'notFound' },
  sync: { id: 'actIdsMissing', order: 'notFound' },
  refund: { id: 'refundOrderMissing', order: 'refundOrderMissing' },
  refundQuery: { id: 'refundIdsMissing', order: 'refundNotFound' },
  refundSync: { id: 'refundIdsMissing', order: 'refundSyncNotFound' },
};

/** Finds the order as DaxPay does, and lets the operation work on the row as it was then. */
export async function operate(
  desk: Desk,
  shelf: Shelf,
  { verb, params }: Received,
  channelFault: ChannelFault | undefined,
): Promise<Done> {
  const found = shelf.find(verb, params);
  if (found === 'noId') return { outcome: refuse({ desk }, missing[verb].id), touched: false };
  const row = found?.order.row;
  if (found === undefined || row === undefined) {
    return { outcome: refuse({ desk }, missing[verb].order), touched: false };
  }
  const call: Call = { desk, verb, params, order: found.order, touched: false, ...(channelFault && { channelFault }) };
  const outcome = await operations[verb](call, row, found.refund);
  return { outcome, touched: call.touched };
}
