/** Looks at an order, or at one of its refunds. */
import type { SandboxHost } from '../contract.ts';
import { fail, outcome, type Reply } from './envelope.ts';
import { type Order, viewAt } from './order.ts';
import { lookData, refundLookData } from './order-data.ts';

/** Both spellings are documented; this is the one of the code table. The fault `notExistSpelling2` gives the other. */
export const NOT_EXISTS = 'UPAY_ORDER_NOT_EXISTS';
export const NOT_EXISTS_2 = 'UPAY_ORDER_NOT_EXIST';

export function notExists(): Reply {
  return fail(NOT_EXISTS, 'order does not exist');
}

/** The answer to a look. A replica `lag` milliseconds behind shows the order, and its refunds, as they were. */
export function look(host: Pick<SandboxHost, 'now'>, order: Order, refundNo: string | undefined): Reply {
  const shown = host.now() - order.flags.lag;
  const view = viewAt(order, shown);
  if (view === undefined || view.state === 'absent') return notExists();
  if (refundNo === undefined) return outcome('SUCCESS', lookData(order, view));
  const refund = order.refunds.get(refundNo);
  if (refund !== undefined && refund.at <= shown) return outcome('SUCCESS', refundLookData(order, view, refund));
  // What a look by an unknown number gives is nowhere documented: the order as it stands, or nothing.
  return order.flags.unknownRefund === 'notExists' ? notExists() : outcome('SUCCESS', lookData(order, view));
}
