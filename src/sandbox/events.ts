import type { Operation, OrderEvent, SandboxHost } from './contract.ts';

type When = 'before' | 'after';

/** What is still to happen to the orders of one system. */
export interface EventBook {
  /** Called when the order is seeded: `afterMs` counts from now. */
  add(orderId: string, event: OrderEvent): void;
  /** Lets everything happen that waits for this call. Events without a delay are over when it returns. */
  fire(orderId: string | undefined, operation: Operation | 'unknown', nth: number, when: When): void;
}

export function createEventBook(
  host: Pick<SandboxHost, 'later'>,
  happen: (orderId: string, event: Pick<OrderEvent, 'name' | 'with'>) => void,
): EventBook {
  const waiting: { readonly orderId: string; readonly event: OrderEvent }[] = [];

  /** At once rather than by a timer of 0 ms: "just before the second cancel" must be over before the cancel runs. */
  function happenIn(ms: number, orderId: string, event: OrderEvent): void {
    if (ms > 0) host.later(ms, () => happen(orderId, event));
    else happen(orderId, event);
  }

  return {
    add(orderId, event) {
      if (event.on === undefined) happenIn(event.afterMs ?? 0, orderId, event);
      else waiting.push({ orderId, event });
    },
    fire(orderId, operation, nth, when) {
      for (const { orderId: owner, event } of waiting) {
        const { on } = event;
        if (on === undefined || owner !== orderId) continue;
        if (on.operation !== operation || on.nth !== nth || on.when !== when) continue;
        happenIn(on.delayMs ?? 0, owner, event);
      }
    },
  };
}
