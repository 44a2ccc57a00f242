/** One order, from an unknown payment to a recorded final action: a loop that obeys `decide`. */
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import type { ActBasis, LookedAgain, OpenCaseInput, OpenedCase } from '../activities/contract.ts';
import { RULES } from '../gateways/rules.ts';
import { decide, type Step } from '../reversal/decide.ts';
import type { Outcome } from '../reversal/outcome.ts';
import { withOverrides } from '../reversal/overrides.ts';
import { backOff } from '../reversal/pace.ts';
import {
  answered,
  openReversal,
  parked,
  type Reversal,
  remember,
  saw,
  sawRefund,
  sent,
  unsent,
} from '../reversal/reversal.ts';
import type { Rules } from '../reversal/rules.ts';
import { leavesBy } from '../reversal/sending.ts';
import { act, lookAtOrder, lookAtRefund, lookLocally, openCase, refusalOf, takeTurn } from './activities.ts';
import { Desk } from './desk.ts';
import { WAITS } from './details.ts';
import { wireHandlers } from './handlers.ts';

/** Marks where a case that the first release opened was taken over by this one. */
const SECOND_RELEASE = 'second-release';

/** What a run hands to the next one when its history has grown long. */
export interface CarriedOver {
  readonly reversal: Reversal;
  readonly entries: number;
}

/**
 * Reverses a payment whose result is unknown: looks at the order, decides, acts, looks again, records.
 *
 * @param input one JSON object, see `ReversalInput`; anything else ends at once with every problem listed
 * @param carriedOver only from a run of this workflow to its next
 */
export async function reversePayment(input: unknown, carriedOver?: CarriedOver): Promise<Outcome> {
  const desk = new Desk(carriedOver?.entries);
  wireHandlers(desk, input);
  // "Stop trying": the call in flight is finished and the order looked at once more before this run ends.
  let cancelled = false;
  CancellationScope.current().cancelRequested.catch(() => {
    cancelled = true;
    desk.change((reversal, now) => ({ ...reversal, stopRequestedAt: reversal.stopRequestedAt ?? now }));
  });
  return CancellationScope.nonCancellable(async () => {
    const opened = await open(desk, input);
    const reversal = carriedOver?.reversal ?? openReversal(opened.request, rulesOf(opened), opened.memory, desk.now);
    desk.open(opened, decidedAs(reversal, opened), carriedOver !== undefined);
    const outcome = await loop(desk, input);
    // Without a request of the server's, as for a closure that is given up, this would end the run as Failed.
    if (cancelled && outcome.kind === 'abandoned') throw new CancelledFailure('Stopped on request, not concluded');
    return outcome;
  });
}

function rulesOf(opened: OpenedCase): Rules {
  const rules = Object.entries(RULES).find(([name]) => name === opened.rules)?.[1];
  if (rules === undefined) throw ApplicationFailure.nonRetryable(`There are no rules named ${opened.rules}`, 'NoRules');
  return withOverrides(rules, opened.overrides);
}

function opening(desk: Desk, input: unknown): OpenCaseInput {
  return { input, workflowId: workflowInfo().workflowId, now: desk.now, serverTime: Date.now() };
}

/** As the release decides that opened or opened again. */
function decidedAs(reversal: Reversal, { generation }: OpenedCase): Reversal {
  const { legacy: _, ...rest } = reversal;
  return generation === undefined ? { ...rest, legacy: true } : rest;
}

async function open(desk: Desk, input: unknown): Promise<OpenedCase> {
  try {
    const opened = await openCase(opening(desk, input));
    desk.took(opened.tookMs);
    return opened;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    desk.failure = refusal;
    await desk.handlersFinished();
    throw desk.failure;
  }
}

async function loop(desk: Desk, input: unknown): Promise<Outcome> {
  for (;;) {
    if (desk.hasJoins) await desk.readJoins();
    desk.applyMessages();
    // False as long as what the first release did is replayed; from then on its cases are decided as all others are.
    if (desk.reversal.legacy === true && patched(SECOND_RELEASE)) await reopen(desk, input);
    const step = decide(desk.reversal, desk.now);
    desk.announce(step);
    switch (step.kind) {
      case 'open':
        await reopen(desk, input);
        break;
      case 'look':
        await look(desk, input, step);
        break;
      case 'act':
        await send(desk, input, step);
        break;
      case 'wait':
        await woken(desk, input, step.until, WAITS[step.why]);
        break;
      case 'park':
        desk.case = parked(desk.reversal, step.reason, step.until, desk.now);
        await woken(desk, input, step.until, `stuck, ${step.reason}: waits for people`);
        break;
      case 'settle':
        desk.note('final', step.outcome);
        if (!(await desk.close(step))) break;
        if (desk.runId === workflowInfo().runId) return step.outcome;
        // A Reset to the last workflow task: the look that proves it was another run's, and others may have come since.
        await reopen(desk, input);
        desk.case = { ...desk.reversal, lookWanted: true };
    }
  }
}

/** Reads ledger and rules again: they could not be read before, this history was reset, or a person wants a new try. */
async function reopen(desk: Desk, input: unknown): Promise<void> {
  const opened = await openCase(opening(desk, input));
  desk.took(opened.tookMs);
  desk.runId = opened.runId;
  if (opened.memory !== undefined) {
    desk.case = remember({ ...decidedAs(desk.reversal, opened), rules: rulesOf(opened) }, opened.memory);
    return;
  }
  desk.case = { ...desk.reversal, remembered: false };
  await woken(
    desk,
    input,
    desk.now + backOff(desk.reversal, 2, desk.now),
    'the ledger cannot be read: nothing is sent',
  );
}

async function look(desk: Desk, input: unknown, step: Extract<Step, { kind: 'look' }>): Promise<void> {
  const { request, rules, gatewayId, signedSince } = desk.reversal;
  const { provider, account, orderId, amount, currency } = request;
  const order = { provider, account, orderId };
  const { timing } = rules;
  const what = {
    order,
    amount,
    currency,
    ...(gatewayId !== undefined && { gatewayId }),
    ...(signedSince !== undefined && { signedSince }),
    timeoutMs: timing.lookTimeout,
  };
  if (step.what === 'refund') {
    const askedAt = desk.now;
    const { view } = await lookAtRefund(what, timing, askedAt, step);
    desk.tick();
    desk.case = sawRefund(desk.reversal, view, askedAt, desk.now);
    desk.note('look', { refund: view });
    return;
  }
  // A slow look is the server's to repeat; inside a workflow task it would only delay that.
  const locally = step.every === undefined;
  // The age of a look counts from when it is made: one that was scheduled first and waited in a long queue would be too
  // old when it came back, and would be made again and again.
  if (desk.rateLimited && locally && (await undisturbed(desk, () => takeTurn(account))) === undefined) return;
  const askedAt = desk.now;
  let looked = locally ? await lookLocally(what) : undefined;
  desk.took(looked?.tookMs ?? 0);
  if (looked === undefined || looked.view.kind === 'unknown') {
    if (desk.hasMessages) return;
    // Callers wait for a look; they do not wait while one that has failed is repeated.
    desk.lookingUntil = step.until;
    const regular = await undisturbed(desk, () => lookAtOrder(what, timing, desk.now, step));
    desk.lookingUntil = 0;
    if (regular === undefined) return;
    looked = regular;
  }
  await take(desk, input, { ...looked, askedAt, seenAt: desk.now });
}

/** A look at the order has come back, with another one at our refund before it where that had to be asked too. */
async function take(desk: Desk, input: unknown, { refund, ...looked }: LookedAgain): Promise<void> {
  if (refund !== undefined) {
    desk.case = sawRefund(desk.reversal, refund.view, refund.askedAt, refund.seenAt);
    desk.note('look', { refund: refund.view });
  }
  const { view, askedAt, seenAt, runId } = looked;
  const { refusal: refusedBefore } = desk.reversal;
  desk.case = saw(desk.reversal, view, askedAt, seenAt);
  desk.note('look', { order: view });
  const { refusal } = desk.reversal;
  if (refusal !== undefined && refusal !== refusedBefore)
    desk.note('operator', { message: 'resolve', refused: refusal });
  if (runId !== '' && runId !== desk.runId) await reopen(desk, input);
}

/** A message is answered at once: what is under way is left, and the next look sees what the message changed. */
async function undisturbed<T>(desk: Desk, run: () => Promise<T>): Promise<T | undefined> {
  const result = await CancellationScope.cancellable(async () => {
    const found = run();
    found.catch(() => {}); // left behind when a message wins the race
    const first = await Promise.race([found, condition(() => desk.hasMessages).then(() => undefined)]);
    if (first === undefined) CancellationScope.current().cancel();
    return first;
  });
  desk.tick();
  return result;
}

async function send(desk: Desk, input: unknown, step: Extract<Step, { kind: 'act' }>): Promise<void> {
  const { verb, seq } = step;
  const sentAt = desk.now;
  const { request, rules, gatewayId, signedSince } = desk.reversal;
  const { provider, account, orderId, amount, currency } = request;
  desk.case = sent(desk.reversal, { seq, verb, sentAt });
  const acted = await act(
    verb,
    {
      order: { provider, account, orderId },
      amount,
      currency,
      ...(gatewayId !== undefined && { gatewayId }),
      ...(signedSince !== undefined && { signedSince }),
      timeoutMs: rules.timing.actTimeout,
      seq,
      sentAt,
      ...basisOf(desk.reversal, sentAt),
    },
    rules.timing,
  );
  desk.tick();
  if (acted.kind === 'stale') {
    desk.case = remember(unsent(desk.reversal, seq), { acts: acted.acts });
    desk.note('act', { verb, seq, stale: true });
    return;
  }
  const { answer, looked } = acted;
  // Nothing was sent before that look, so it is a look after this act.
  desk.case = answered(desk.reversal, seq, answer, looked?.askedAt ?? desk.now);
  desk.note('act', { verb, seq, sentAt, answer, cell: step.cell });
  if (looked !== undefined) await take(desk, input, looked);
}

/** What the worker compares with, if it has to look again before it sends. */
function basisOf({ look: last, refundLook, rules }: Reversal, sentAt: number): { readonly basis?: ActBasis } {
  if (last === undefined) return {};
  const { view, askedAt, seenAt } = last;
  const { freshness, gap, lookTimeout: lookTimeoutMs } = rules.timing;
  const refund = refundLook && { refundView: refundLook.view };
  const bounds = { freshness, gap, lookTimeoutMs, leavesBy: leavesBy(rules.timing, sentAt) };
  return { basis: { view, askedAt, seenAt, ...refund, ...bounds } };
}

/** Sleeps until then or until a message. */
async function woken(desk: Desk, input: unknown, until: number, why: string): Promise<void> {
  await continued(desk, input);
  if (desk.hasMessages) return;
  await condition(() => desk.hasMessages, Math.max(1, until - desk.now), { summary: why });
  desk.tick();
}

/** A long history is continued in a new run, unless a message came or somebody waits for the answer of this one. */
async function continued(desk: Desk, input: unknown): Promise<void> {
  const idle = () => allHandlersFinished() && !desk.hasMessages;
  if (!workflowInfo().continueAsNewSuggested || desk.step === undefined || !idle()) return;
  desk.flush(desk.step);
  let written = false;
  void desk.recorded().then(() => {
    written = true;
  });
  await condition(() => written || !idle());
  desk.tick();
  if (!written || !idle()) return;
  await continueAsNew<typeof reversePayment>(input, { reversal: desk.reversal, entries: desk.entries });
}
