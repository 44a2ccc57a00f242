import type { OrderTruth } from '../contract.ts';
import type { Order } from './order.ts';
import type { Profile } from './profiles/profile.ts';

/** Both sides in one word, `progress/unpaid`; `absent/not_exist` while nothing is there. */
export function truthOf(order: Order, profile: Profile): OrderTruth {
  const { orderId, orderNo, amount, trade } = order.facts;
  const { row } = order;
  const local = row === undefined ? 'absent' : (profile.statuses[row.status] ?? row.status);
  return {
    orderId,
    state: `${local}/${trade.state}`,
    amount,
    taken: trade.takenAmount,
    returned: trade.returnedAmount,
    payable: payable(order),
    ...(row !== undefined && { gatewayId: orderNo }),
  };
}

/** A waiting trade can be paid whatever DaxPay thinks; one that does not exist yet, while DaxPay still waits for it. */
function payable({ row, facts }: Order): boolean {
  if (facts.trade.state === 'unpaid') return true;
  return facts.trade.state === 'not_exist' && (row?.status === 'progress' || row?.status === 'wait');
}
