/** What became of the events of an order, for `unwind show`. */
import type { DeliveredEvent } from '../ledger/index.ts';
import { columnsOf, instant, lengthOf, oneLine } from './output.ts';

function fateOf({ delivery, at, settledAt = at, attempts = 0, problem }: DeliveredEvent): string {
  const after = `after ${lengthOf(settledAt - at)}`;
  const tries = oneLine(`${attempts} tries, the last: ${problem ?? 'without an answer'}`);
  switch (delivery) {
    case 'delivered':
      return `delivered ${after}${attempts > 1 ? `, at try ${attempts}` : ''}`;
    case 'given-up':
      return `given up ${after}, ${tries}`;
    case 'due':
      return attempts === 0 ? 'not tried yet' : `not delivered yet, ${tries}`;
    default:
      return 'for nobody: no webhook was configured';
  }
}

const line = columnsOf([21, 20]);

export const DELIVERIES_HEAD = line(['EVENT', 'AT (UTC)', 'WEBHOOK']);

export function deliveryLine(event: DeliveredEvent): string {
  return line([event.type, instant(event.at), fateOf(event)]);
}
