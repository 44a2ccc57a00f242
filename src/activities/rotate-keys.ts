/** Renews an account's keys at a quiet moment: not between an act and the look that confirms it. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { RotateKeysInput } from '../protocol/activities.ts';
import { type ActivityDeps, stopwatch } from './deps.ts';

const TIMEOUT_MS = 10_000;
const PATIENCE_MS = 2000;
/** Older acts without an end wait for people: they must not keep the keys for ever. */
const OPEN_FOR_MS = 15 * 60_000;

export function createRotateKeys(deps: ActivityDeps) {
  return async function rotateKeys({ provider, account }: RotateKeysInput): Promise<{ readonly rotated: boolean }> {
    const open = deps.accounts.find(provider, account);
    if (open?.rotateKeys === undefined) {
      throw ApplicationFailure.nonRetryable(`${provider}/${account} has no keys to renew on this worker`, 'NoKeys');
    }
    const tookMs = stopwatch();
    // By the server's clock, as acts are: this worker's may be off.
    const { currentAttemptScheduledTimestampMs: now } = Context.current().info;
    if (await deps.ledger.hasOpenActs({ provider, account, since: now - OPEN_FOR_MS })) {
      throw ApplicationFailure.retryable('an act of this account is not confirmed by a look yet', 'Busy');
    }
    const signal = Context.current().cancellationSignal;
    // The next try may have begun by now, and an act been sent since the ledger was read.
    if (signal.aborted || tookMs() > PATIENCE_MS) {
      throw ApplicationFailure.retryable('the ledger took too long to tell whether an act is open', 'Busy');
    }
    const { rotated, problem } = await open.rotateKeys({ timeoutMs: TIMEOUT_MS, signal });
    if (problem !== undefined) throw ApplicationFailure.retryable(problem, 'NotRenewed');
    return { rotated };
  };
}
