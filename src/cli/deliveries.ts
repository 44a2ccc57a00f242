/** What became of the events of an order, for `unwind show`. */
import type { DeliveredEvent } from '../ledger/index.ts';
import { instant, lengthOf, oneLine, plainTable } from './output.ts';

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

export function deliveriesOf(events: readonly DeliveredEvent[]): string {
  return plainTable(
    ['EVENT', 'AT (UTC)', 'WEBHOOK'],
    events.map((event) => [event.type, instant(event.at), fateOf(event)]),
  );
}
