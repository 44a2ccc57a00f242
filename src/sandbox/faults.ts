import type { Fault, Operation } from './contract.ts';

/** A fault set for this order number holds for every order of the system, and for requests that name none. */
export const EVERY_ORDER = '*';

interface Armed {
  readonly orderId: string;
  readonly fault: Fault;
  left: number;
}

/** The faults of one system and the count of its calls. */
export interface FaultBook {
  add(orderId: string, fault: Fault): void;
  /** Counts a call and says which one it is, 1 for the first of that operation for that order. */
  count(orderId: string | undefined, operation: Operation | 'unknown'): number;
  /** The fault for the call that was just counted, used up by being picked. */
  pick(orderId: string | undefined, operation: Operation | 'unknown'): Fault | undefined;
}

/**
 * A fault is due from its `from`-th call on and holds for `times` calls that it really hit, so one that is set after
 * the first calls is not lost. Of several due faults the one set first wins; when it is used up, the next follows:
 * a list of faults reads as a sequence. An order's own faults go before those for every order.
 */
export function createFaultBook(): FaultBook {
  const armed: Armed[] = [];
  const calls = new Map<string, number>();
  const called = (orderId: string | undefined, operation: string): number =>
    calls.get(callKey(orderId, operation)) ?? 0;

  function isDue(entry: Armed, orderId: string | undefined, operation: string): boolean {
    const { operation: wanted, from = 1 } = entry.fault;
    return entry.left > 0 && (wanted === 'any' || wanted === operation) && called(orderId, wanted) >= from;
  }

  return {
    add(orderId, fault) {
      armed.push({ orderId, fault, left: fault.times === 0 ? Number.POSITIVE_INFINITY : (fault.times ?? 1) });
    },
    count(orderId, operation) {
      for (const counted of [operation, 'any']) {
        calls.set(callKey(orderId, counted), called(orderId, counted) + 1);
      }
      return called(orderId, operation);
    },
    pick(orderId, operation) {
      for (const owner of [orderId, EVERY_ORDER]) {
        const due = armed.find((entry) => entry.orderId === owner && isDue(entry, orderId, operation));
        if (due === undefined) continue;
        due.left -= 1;
        return due.fault;
      }
      return undefined;
    },
  };
}

function callKey(orderId: string | undefined, operation: string): string {
  return JSON.stringify([orderId ?? null, operation]);
}

/** How a fault stands in the log: `resetAfter`, `ACQ.SYSTEM_ERROR`, `delayAnswer+wrongSignature`. */
export function faultLabel(fault: Fault | undefined): string | undefined {
  const names = [fault?.wire, fault?.business?.name].filter((name) => name !== undefined);
  return names.length === 0 ? undefined : names.join('+');
}
