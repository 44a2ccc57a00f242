/** Cancel, close, revoke, refund, sync: written down first, sent once on a fresh look, and the answer written down. */
import { Context } from '@temporalio/activity';
import { inTime } from '../lib/deadline.ts';
import type { ActActivities, Acted, ActInput, LookedAgain } from '../protocol/activities.ts';
import type { Answer, Verb } from '../reversal/answer.ts';
import { bounded } from './bounded.ts';
import { type ActivityDeps, accountOf, log, runId } from './deps.ts';
import { forbids } from './forbids.ts';
import { type LastInstant, lastInstant } from './last-instant.ts';
import { looksOf, orderOf, refundOf } from './look.ts';
import { lookAgain, lookAgainMs, showsTheSame } from './look-again.ts';
import { decidingActs } from './open-case.ts';
import type { ServerClock } from './server-clock.ts';

/**
 * Shorter than `ACT_MARGIN`, so that it is told that nothing was sent before anybody gives this up: a call that may have
 * been sent commits to a reversal, and a payment that was to be kept would go back.
 */
const LEDGER_PATIENCE_MS = 4000;

type Answered = Extract<Acted, { kind: 'answered' }>;

async function call(deps: ActivityDeps, verb: Verb, input: ActInput, mayLeave: () => boolean): Promise<Answer> {
  const { gateway } = accountOf(deps, input.order);
  const ref = orderOf(input);
  const options = { timeoutMs: input.timeoutMs, signal: Context.current().cancellationSignal, mayLeave };
  return verb === 'refund' ? gateway.refund(ref, refundOf(deps, input), options) : gateway.act(verb, ref, options);
}

const notSent = (why: string, looked?: LookedAgain): Answered => ({
  kind: 'answered',
  answer: { kind: 'notSent', why },
  ...(looked && { looked }),
});

/** Sends on a fresh look that shows what was decided on, and not at all without one. */
async function sendFresh(deps: ActivityDeps, verb: Verb, input: ActInput, at: LastInstant): Promise<Answered> {
  const { basis } = input;
  let looked: LookedAgain | undefined;
  if (basis === undefined || !at.isFresh(basis)) {
    if (at.isGivenUp(lookAgainMs(input))) return notSent('it took too long to write it down');
    looked = await lookAgain(looksOf(deps), input, at);
    if (!showsTheSame(basis, looked)) return notSent('the order does not look any more as it did', looked);
  }
  const look = looked ?? basis;
  const mayLeave = () => look !== undefined && at.isFresh(look) && !at.isGivenUp();
  if (!mayLeave()) return notSent('the look at the order had grown old', looked);
  const answer: Answer = bounded(await call(deps, verb, input, mayLeave));
  return { kind: 'answered', answer, ...(looked && answer.kind === 'notSent' && { looked }) };
}

function createAct(deps: ActivityDeps, clock: ServerClock, verb: Verb) {
  return async function act(input: ActInput): Promise<Acted> {
    const at = lastInstant(input, clock);
    const { order, seq, sentAt } = input;
    const why = forbids(deps, verb, order);
    if (why !== undefined) return notSent(why);
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
      written = await inTime(deps.ledger.aboutToSend({ order, seq, verb, ...known }), LEDGER_PATIENCE_MS);
    } catch (error) {
      log().warn('The ledger cannot be reached: nothing was sent', { verb, error: String(error) });
      return notSent('the ledger could not be written');
    }
    if (!written.ok) return { kind: 'stale', acts: decidingActs(written.acts, sentAt) };
    const acted = await sendFresh(deps, verb, input, at);
    try {
      // A clock that is behind must not make the answer older than the call, nor than a look before it.
      const now = Math.max(Date.now(), at.now());
      await deps.ledger.answered({ order, seq, answer: acted.answer, now });
    } catch (error) {
      // The answer is in the workflow's history, and the record writes it again.
      log().warn('The answer could not be written to the ledger now', { verb, error: String(error) });
    }
    return acted;
  };
}

/** One activity a verb, so that a timeline reads as what was done. */
export function createActs(deps: ActivityDeps, clock: ServerClock): ActActivities {
  return {
    cancel: createAct(deps, clock, 'cancel'),
    close: createAct(deps, clock, 'close'),
    revoke: createAct(deps, clock, 'revoke'),
    refund: createAct(deps, clock, 'refund'),
    sync: createAct(deps, clock, 'sync'),
    syncRefund: createAct(deps, clock, 'syncRefund'),
  };
}
