/** What anybody was told of an order, against the money at that moment and against what became of it. */
import type { LogEntry, MoneyEntry } from '../../src/sandbox/index.ts';
import type { Heard } from './hearing.ts';

export interface ToldOrder {
  readonly orderId: string;
  /** Of answers, and of the journal: whoever reads the list may have seen those. */
  readonly heard: readonly Pick<Heard, 'verdict' | 'lookedAt' | 'askedAt' | 'at'>[];
  readonly money: readonly Pick<MoneyEntry, 'at' | 'kind' | 'amount'>[];
  /** The gateway's, in order of arrival. */
  readonly calls: readonly Pick<LogEntry, 'at' | 'operation'>[];
  /** Whether a payment is to be kept, whatever was asked for on the way. */
  readonly keep: boolean;
  /** Until when the payer could pay, as far as the request says; undefined: nobody was told. */
  readonly payableUntil: number | undefined;
  /** Somebody else gives money back, too. */
  readonly meddledWith: boolean;
  /** Undefined while it is open. */
  readonly end: string | undefined;
}

export interface ToldAmiss {
  /** Not so when it was said, or made untrue by us. */
  readonly wrongTold: readonly string[];
  /** `kept` after a verdict that says otherwise. */
  readonly forgotten: readonly string[];
}

/**
 * A look may be answered from a replica that lags, and takes its time; a verdict may be heard long after its look. It is
 * right when it was at any instant between the two.
 */
const LOOK_MS = 3000;
const COMMITS: ReadonlySet<string> = new Set(['cancel', 'revoke', 'refund']);

interface Sums {
  readonly taken: number;
  readonly kept: number;
}

/** Whether the money is so that this may be told. A person's word is the person's. */
const IS_SO: Readonly<Record<Heard['verdict'], (sums: Sums) => boolean>> = {
  not_paid: ({ kept }) => kept === 0,
  kept: ({ kept }) => kept > 0,
  closed: ({ taken }) => taken === 0,
  refunded: ({ taken, kept }) => taken > 0 && kept === 0,
  reversed: ({ kept }) => kept === 0,
  nothing_to_reverse: ({ kept }) => kept === 0,
  manual: () => true,
};

export function toldAmiss(order: ToldOrder): ToldAmiss {
  const { orderId, heard, end } = order;
  const wrongTold = heard.flatMap((one) => {
    const why = notSo(order, one) ?? overturned(order, one);
    return why === undefined ? [] : [`${orderId}: told ${one.verdict} at ${timeOf(one.at)}, ${why}`];
  });
  const committed = heard.filter(({ verdict }) => verdict !== 'kept' && verdict !== 'manual').toSorted(byTime)[0];
  const keptLater = heard.find(({ verdict, askedAt }) => verdict === 'kept' && askedAt > (committed?.at ?? Infinity));
  const forgot = committed !== undefined && (end === 'kept' || keptLater !== undefined);
  return {
    // Who asks again and again is told the same again and again.
    wrongTold: wrongTold.slice(0, 1),
    forgotten: forgot ? [`${orderId}: told ${committed.verdict} at ${timeOf(committed.at)}, and then kept`] : [],
  };
}

const byTime = (a: { readonly at: number }, b: { readonly at: number }) => a.at - b.at;
const timeOf = (at: number) => new Date(at).toISOString();

function sumsAt({ money }: ToldOrder, at: number): Sums {
  const sum = (kind: MoneyEntry['kind']) =>
    money.reduce((total, entry) => total + (entry.kind === kind && entry.at <= at ? entry.amount : 0), 0);
  return { taken: sum('taken'), kept: sum('taken') - sum('returned') };
}

/** At no instant of the time in which it may have been looked at and heard. */
function notSo(order: ToldOrder, { verdict, lookedAt, askedAt, at }: ToldOrder['heard'][number]): string | undefined {
  const from = Math.min(lookedAt ?? askedAt, askedAt) - LOOK_MS;
  const instants = [from, ...order.money.flatMap((entry) => (entry.at > from && entry.at <= at ? [entry.at] : []))];
  if (instants.some((instant) => IS_SO[verdict](sumsAt(order, instant)))) return undefined;
  const { taken, kept } = sumsAt(order, at);
  return `and taken were ${taken}, kept ${kept} then`;
}

/** So when it was said, and then we, or the payer whom we did not wait for, made it untrue. */
function overturned(order: ToldOrder, { verdict, at }: ToldOrder['heard'][number]): string | undefined {
  const { money, calls, keep, payableUntil, meddledWith } = order;
  const paid = money.find((entry) => entry.kind === 'taken' && entry.at > at);
  if (verdict === 'kept' && keep && !meddledWith) {
    const back = money.find((entry) => entry.kind === 'returned' && entry.at > at);
    return back && `and it was given back at ${timeOf(back.at)}`;
  }
  if (verdict === 'closed' && paid) return `and it was paid at ${timeOf(paid.at)}`;
  const committed = calls.some((call) => COMMITS.has(call.operation) && call.at < at);
  if (verdict === 'not_paid' && keep && !committed && paid && payableUntil !== undefined && paid.at <= payableUntil) {
    return `and it was paid at ${timeOf(paid.at)}, which was to be kept, until ${timeOf(payableUntil)}`;
  }
  return undefined;
}
