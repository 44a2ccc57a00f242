/** Cancel, close, revoke, refund, sync: written down first, sent once, and the answer written down. */
import { Context } from '@temporalio/activity';
import type { Answer, Verb } from '../reversal/answer.ts';
import { bounded } from './bounded.ts';
import type { ActActivities, Acted, ActInput } from './contract.ts';
import { type ActivityDeps, accountOf, log, runId, stopwatch } from './deps.ts';
import { refundOf } from './look.ts';
import { decidingActs } from './open-case.ts';

async function call(deps: ActivityDeps, verb: Verb, input: ActInput): Promise<Answer> {
  const { gateway } = accountOf(deps, input.order);
  const { order, gatewayId, amount, currency } = input;
  const ref = { orderId: order.orderId, amount, currency, ...(gatewayId !== undefined && { gatewayId }) };
  const options = { timeoutMs: input.timeoutMs, signal: Context.current().cancellationSignal };
  return verb === 'refund' ? gateway.refund(ref, refundOf(deps, input), options) : gateway.act(verb, ref, options);
}

function createAct(deps: ActivityDeps, verb: Verb) {
  return async function act(input: ActInput): Promise<Acted> {
    const { order, seq, sentAt } = input;
    if (deps.accounts.find(order.provider, order.account) === undefined) {
      return { kind: 'answered', answer: { kind: 'notSent', why: 'this worker has no such account' } };
    }
    const { workflowId = '' } = Context.current().info.workflowExecution ?? {};
    const refund = verb === 'refund' ? refundOf(deps, input) : undefined;
    const known = {
      workflowId,
      runId: runId(),
      now: sentAt,
      ...(refund && { refundNo: refund.refundNo, amount: refund.amount }),
    };
    let written: Awaited<ReturnType<typeof deps.ledger.aboutToSend>>;
    try {
      written = await deps.ledger.aboutToSend({ order, seq, verb, ...known });
    } catch (error) {
      log().warn('The ledger cannot be reached: nothing was sent', { verb, error: String(error) });
      return { kind: 'answered', answer: { kind: 'notSent', why: 'the ledger could not be written' } };
    }
    if (!written.ok) return { kind: 'stale', acts: decidingActs(written.acts, sentAt) };
    const tookMs = stopwatch();
    const answer: Answer = bounded(await call(deps, verb, input));
    try {
      // A clock that is behind must not make the answer older than the call, nor than a look before it.
      const now = Math.max(Date.now(), sentAt + tookMs());
      await deps.ledger.answered({ order, seq, answer, now });
    } catch (error) {
      // The answer is in the workflow's history, and the record writes it again.
      log().warn('The answer could not be written to the ledger now', { verb, error: String(error) });
    }
    return { kind: 'answered', answer };
  };
}

/** One activity a verb, so that a timeline reads as what was done. */
export function createActs(deps: ActivityDeps): ActActivities {
  return {
    cancel: createAct(deps, 'cancel'),
    close: createAct(deps, 'close'),
    revoke: createAct(deps, 'revoke'),
    refund: createAct(deps, 'refund'),
    sync: createAct(deps, 'sync'),
  };
}
