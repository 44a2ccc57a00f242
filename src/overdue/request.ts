/** The reversal that an overdue order asks for. */
import { InvalidRequestError, parseRequest, type ReversalRequest } from '../reversal/request.ts';
import type { OverdueRow } from './view.ts';

/** What a row asks for: the request as the workflow takes it, and the same checked; or why it cannot be asked for. */
export type Asked =
  | { readonly input: object; readonly request: ReversalRequest & { readonly expiresAt: number } }
  | { readonly problems: readonly string[] };

/** The fields of a request that the view calls otherwise. */
const COLUMN_OF: Readonly<Record<string, string>> = {
  orderId: 'order_id',
  expiresAt: 'expired_at',
  attemptedAt: 'attempted_at',
};

function inColumns(problem: string): string {
  const [field = '', ...rest] = problem.split(':');
  return [COLUMN_OF[field] ?? field, ...rest].join(':');
}

const instantOf = (value: unknown) =>
  value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : String(value);

/** Close it if nobody paid, keep it if somebody did: the safety net takes no money back. */
function inputOf({ provider, account, order_id, amount, currency, expired_at, attempted_at, method }: OverdueRow) {
  return {
    provider,
    account,
    orderId: order_id,
    ...(amount !== null && { amount }),
    ...(currency !== null && { currency }),
    reason: 'timeout',
    ifPaid: 'keep',
    ...(expired_at !== null && { expiresAt: instantOf(expired_at) }),
    ...(attempted_at !== null && { attemptedAt: instantOf(attempted_at) }),
    ...(method !== null && { method }),
  };
}

export function askedBy(row: OverdueRow, now: number): Asked {
  const problems: string[] = [];
  // Which of them is true nobody can tell.
  if (row.copies > 1) problems.push('order_id: the view has this order more than once');
  if (row.expired_at === null) problems.push('expired_at: is missing');
  if (row.expired === false) problems.push('expired_at: is still to come');
  const input = inputOf(row);
  try {
    const { expiresAt, ...request } = parseRequest(input, now);
    if (problems.length === 0 && expiresAt !== undefined) return { input, request: { ...request, expiresAt } };
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    problems.push(...error.problems.map(inColumns));
  }
  return { problems };
}
