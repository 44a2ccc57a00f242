/** What `unwind show` reads of one order: the newest of everything, or all of it page by page. */
import type { DeliveredEvent, JournalEntry, LedgerReader, StoredAct, StoredReversal } from '../ledger/index.ts';
import type { Paged } from '../ledger/page.ts';
import type { OrderKey } from '../reversal/request.ts';

export interface Series<Item> {
  /** Oldest first; read while it is printed. */
  readonly pages: AsyncIterable<readonly Item[]>;
  /** How many there were at the beginning. */
  readonly total: number;
  /** How many of them `pages` does not have: all are older than what it has. */
  readonly leftOut: number;
}

export interface Shown {
  readonly reversal: StoredReversal;
  readonly acts: Series<StoredAct>;
  readonly events: Series<DeliveredEvent>;
  readonly journal: Series<JournalEntry>;
}

/** Screens of it, and the whole of any reversal but those that were tried for days. */
const NEWEST = 200;

/** @returns undefined when the ledger has never heard of the order */
export async function shownOf(ledger: LedgerReader, order: OrderKey, all: boolean): Promise<Shown | undefined> {
  const reversal = await ledger.reversal(order);
  if (reversal === undefined) return undefined;
  const { pagesOf } = await import('../ledger/index.ts');
  async function series<Item>(paged: Paged<Item>): Promise<Series<Item>> {
    const { items, total } = await paged(order, { from: 'newest', limit: NEWEST });
    const newest = async function* () {
      yield items.toReversed();
    };
    return all
      ? { pages: pagesOf(paged, order), total, leftOut: 0 }
      : { pages: newest(), total, leftOut: total - items.length };
  }
  return {
    reversal,
    acts: await series(ledger.acts),
    events: await series(ledger.deliveries),
    journal: await series(ledger.journal),
  };
}
