/** What the activities need; the worker gives it to them once. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Accounts, OpenAccount } from '../gateways/accounts.ts';
import type { Ledger } from '../ledger/index.ts';
import type { OrderKey } from '../reversal/request.ts';

export interface ActivityDeps {
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  /** Events are delivered to a receiver. */
  readonly webhooks?: boolean;
  /** The address of the published runbook. */
  readonly runbook?: string;
}

/** The account that a workflow is working for. */
export function accountOf(
  deps: Pick<ActivityDeps, 'accounts'>,
  order: Pick<OrderKey, 'provider' | 'account'>,
): OpenAccount {
  const account = deps.accounts.find(order.provider, order.account);
  if (account !== undefined) return account;
  // Taken out of the configuration while its reversals run: they wait for a worker that knows it.
  throw ApplicationFailure.retryable(`This worker has no ${order.provider} account ${order.account}`, 'NoAccount');
}

export function runId(): string {
  const runId = Context.current().info.workflowExecution?.runId;
  if (runId === undefined) throw new Error('this activity runs within a workflow only');
  return runId;
}

export const log = () => Context.current().log;

/** A stopwatch in whole milliseconds. */
export function stopwatch(): () => number {
  const from = performance.now();
  return () => Math.ceil(performance.now() - from);
}
