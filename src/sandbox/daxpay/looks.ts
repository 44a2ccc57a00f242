import { type Call, type Desk, refuse } from './call.ts';
import type { Order, Refund, Row } from './order.ts';
import type { Outcome } from './outcome.ts';
import { settleIfPaid } from './refund.ts';

/** DaxPay's own row and nothing else: no query ever asks the channel (spec 4.1). */
export function query(desk: Desk, order: Order): Outcome {
  const { profile, host } = desk;
  const row = order.rowAt(host.now() - order.facts.flags.lag);
  if (row === undefined) return refuse({ desk }, 'notFound');
  return { kind: 'done', data: profile.views.pay(order, row, profile.statuses[row.status] ?? row.status) };
}

export function queryRefund({ profile }: Desk, order: Order, row: Row, refund: Refund): Outcome {
  return { kind: 'done', data: profile.views.refund(order, row, refund) };
}

/** Asks the channel about a refund: how one that is `progress` or wrongly `fail` gets right. */
export function syncRefund(call: Call, refund: Refund): Outcome {
  const { desk, order } = call;
  if (refund.status !== 'success') {
    if (settleIfPaid(order, refund, desk.host.now())) call.touched = true;
    // Whatever the channel says else, C answers with one text, and nothing changes (real 23).
    else if (desk.profile.refund.refusesUnknown) return refuse(call, 'refundSyncUnknown');
  }
  return { kind: 'done', data: desk.profile.views.refundSync(refund) };
}
