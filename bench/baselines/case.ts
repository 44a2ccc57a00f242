/** What a baseline gets: one order whose payment is in doubt, a signed client, and the times that Unwind has as well. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Gateway, OrderRef } from '../../src/gateways/gateway.ts';
import type { Answer, Verb } from '../../src/reversal/answer.ts';
import type { OrderView } from '../../src/reversal/order-view.ts';
import type { FinalAction } from '../../src/reversal/outcome.ts';
import type { ReversalRequest } from '../../src/reversal/request.ts';

/** Milliseconds, compressed like the rules of the same run. */
export interface Pace {
  /** Between two queries, at least. */
  readonly queryEvery: number;
  /** Before a cancel is repeated. */
  readonly cancelEvery: number;
  readonly sweepEvery: number;
  /** Deadlines of one call: the ones that Unwind's calls have. */
  readonly lookTimeout: number;
  readonly actTimeout: number;
}

export interface Case {
  readonly gateway: Gateway;
  readonly order: OrderRef;
  readonly request: Pick<ReversalRequest, 'reason' | 'ifPaid'>;
  /** Epoch milliseconds: how long it is waited for a payment. */
  readonly deadline: number;
  readonly pace: Pace;
}

export interface Conclusion {
  /** What it claims, as a final action. Absent: it says that it does not know, or leaves the order to people. */
  readonly action?: FinalAction;
  /** What it rests on, for reading. */
  readonly because: string;
  /** What goes on in the background after it was said. Never rejects. */
  readonly afterwards?: Promise<void>;
}

export type Baseline = (of: Case) => Promise<Conclusion>;

export const look = ({ gateway, order, pace }: Case): Promise<OrderView> =>
  gateway.look(order, { timeoutMs: pace.lookTimeout });

export const act = ({ gateway, order, pace }: Case, verb: Exclude<Verb, 'refund'>): Promise<Answer> =>
  gateway.act(verb, order, { timeoutMs: pace.actTimeout });

export function refund({ gateway, order, pace }: Case): Promise<Answer> {
  const { amount, orderId } = order;
  const asked = { refundNo: gateway.refundNo(orderId), amount, reason: 'reversal' };
  return gateway.refund(order, asked, { timeoutMs: pace.actTimeout });
}

/**
 * Sleeps and looks `queries` times, spread so that the last look is not before the deadline, or until `ends`. Who wants
 * the payment undone looks at once, and stops as soon as the order is there.
 *
 * @returns the last look that told anything
 */
export async function queryLoop(
  of: Case,
  queries: number,
  ends: ReadonlySet<OrderView['kind']>,
): Promise<OrderView | undefined> {
  const { deadline, pace, request } = of;
  const undo = request.ifPaid === 'reverse';
  const sleeps = undo ? queries - 1 : queries;
  const every = Math.max(pace.queryEvery, (deadline - Date.now()) / sleeps);
  let last: OrderView | undefined;
  for (let query = 0; query < queries; query += 1) {
    if (query > 0 || !undo) await sleep(every);
    const view = await look(of);
    if (view.kind !== 'unknown') last = view;
    if (ends.has(view.kind) || (undo && view.kind === 'unpaid')) return view;
  }
  return last;
}

/** An answer in a word or two. */
export function wordsOf(answer: Answer): string {
  switch (answer.kind) {
    case 'done':
      return answer.effect;
    case 'refused':
    case 'rejected':
      return `${answer.kind} ${answer.code}`;
    case 'unknown':
    case 'notSent':
      return `${answer.kind} ${answer.why}`;
    default:
      return answer.kind;
  }
}
