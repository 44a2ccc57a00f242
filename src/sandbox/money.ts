import type { MoneyEntry } from './contract.ts';

export interface MoneyJournal {
  /** Throws a `MoneyError` when more would go back than was taken, or the amount is no positive whole number. */
  move(entry: MoneyEntry): void;
  sums(system: string, orderId: string): { readonly taken: number; readonly returned: number };
  list(filter?: { system?: string; orderId?: string }): readonly MoneyEntry[];
}

/** An emulated gateway that would pay back more than it took is wrong itself: no test may build on it. */
export class MoneyError extends Error {
  override name = 'MoneyError';
}

/** Every movement of money in the sandbox, in minor units. Nothing else in the sandbox knows who has the money. */
export function createMoneyJournal(): MoneyJournal {
  const entries: MoneyEntry[] = [];

  function list(filter: { system?: string; orderId?: string } = {}): readonly MoneyEntry[] {
    return entries.filter(
      (entry) =>
        (filter.system === undefined || entry.system === filter.system) &&
        (filter.orderId === undefined || entry.orderId === filter.orderId),
    );
  }

  function sums(system: string, orderId: string): { taken: number; returned: number } {
    const sum = { taken: 0, returned: 0 };
    for (const entry of list({ system, orderId })) sum[entry.kind] += entry.amount;
    return sum;
  }

  function move(entry: MoneyEntry): void {
    const { system, orderId, kind, amount, by } = entry;
    if (!Number.isSafeInteger(amount) || amount <= 0) {
      throw new MoneyError(`${system} ${orderId}: ${by} would move ${amount}, which is no amount in minor units`);
    }
    const { taken, returned } = sums(system, orderId);
    if (kind === 'returned' && returned + amount > taken) {
      throw new MoneyError(
        `${system} ${orderId}: ${by} would return ${amount}, but of ${taken} taken ${returned} went back already`,
      );
    }
    entries.push({ ...entry });
  }

  return { move, sums, list };
}
