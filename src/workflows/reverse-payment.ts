/** One order, from an unknown payment to a recorded final action: a loop that obeys `decide`. */
import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import { RULES } from '../gateways/rules.ts';
import type { ActBasis, LookedAgain, OpenCaseInput, OpenedCase, UnservedCase } from '../protocol/activities.ts';
import { decide, type Step } from '../reversal/decide.ts';
import { YEAR } from '../reversal/instants.ts';
import { canBeContinued } from '../reversal/memory.ts';
import type { Outcome } from '../reversal/outcome.ts';
import { withOverrides } from '../reversal/overrides.ts';
import { backOff } from '../reversal/pace.ts';
import {
  answered,
  openReversal,
  parked,
  remember,
  saw,
  sawRefund,
  sent,
  unread,
  unsent,
} from '../reversal/reversal.ts';
import { ruleOf } from '../reversal/rule.ts';
import type { Rules } from '../reversal/rules.ts';
import { leavesBy } from '../reversal/sending.ts';
import type { Reversal } from '../reversal/state.ts';
import {
  act,
  lookAtOrder,
  lookAtRefund,
  lookLocally,
  openCase,
  openCaseWhereServed,
  refusalOf,
  takeTurn,
} from './activities.ts';
import { Desk } from './desk.ts';
import { WAITS } from './details.ts';
import { wireHandlers } from './handlers.ts';

/** Marks where a case that the first release opened was taken over by this one. */
const SECOND_RELEASE = 'second-release';

/** What runs of 7d0153f and before handed to the next one; now the ledger keeps it, where nobody else can write it. */
export interface CarriedOver {
  readonly reversal: Reversal;
  readonly entries: number;
}

/**
 * Reverses a payment whose result is unknown: looks at the order, decides, acts, looks again, records.
 *
 * @param input one JSON object, see `ReversalInput`; anything else ends at once with every problem listed
 * @param carriedOver ignored, whoever sends it; only a history that began with it before it was so goes on with it
 */
export async function reversePayment(input: unknown, carriedOver?: CarriedOver): Promise<Outcome> {
  const desk = new Desk();
  wireHandlers(desk, input);
  CancellationScope.current().cancelRequested.catch(() => {
    desk.isCancelled = true;
    desk.stop((reversal, now) => ({ ...reversal, stopRequestedAt: reversal.stopRequestedAt ?? now }));
  });
  return CancellationScope.nonCancellable(async () => {
    const opened = await open(desk, input);
    const before = opened.generation === undefined ? carriedOver : undefined;
    const reversal =
      before === undefined
        ? openReversal(opened.request, rulesOf(opened), opened.memory, desk.now)
        : goingOn(before.reversal, rulesOf(opened));
    desk.open(opened, decidedAs(reversal, opened), before?.entries ?? opened.entries);
    const outcome = await loop(desk, input);
    // Without a request of the server's, as for a closure that is given up, this would end the run as Failed.
    if (desk.isCancelled && outcome.kind === 'abandoned')
      throw new CancelledFailure('Stopped on request, not concluded');
    return outcome;
  });
}

/** The rules are the ones that its history was made with; what they lacked then is today's. */
function goingOn(reversal: Reversal, today: Rules): Reversal {
  const { rules } = reversal;
  return { ...reversal, rules: { ...today, ...rules, timing: { ...today.timing, ...rules.timing } } };
}

function rulesOf(opened: OpenedCase): Rules {
  const rules = Object.entries(RULES).find(([name]) => name === opened.rules)?.[1];
  // Fails the workflow task, which the server gives to a worker again, and not the case.
  if (rules === undefined) throw new Error(`This worker's workflows have no rules named ${opened.rules}`);
  return withOverrides(rules, opened.overrides);
}

function opening(desk: Desk, input: unknown): OpenCaseInput {
  const { workflowId, continuedFromExecutionRunId: continues } = workflowInfo();
  return { input, workflowId, now: desk.now, serverTime: Date.now(), ...(continues !== undefined && { continues }) };
}

/** As the release decides that opened or opened again. */
function decidedAs(reversal: Reversal, { generation = 0 }: Pick<OpenedCase, 'generation'>): Reversal {
  const { legacy: _, ledgerFirst: __, ...rest } = reversal;
  return { ...rest, ...(generation === 0 && { legacy: true }), ...(generation > 1 && { ledgerFirst: true }) };
}

async function open(desk: Desk, input: unknown): Promise<OpenedCase> {
  try {
    const { runId, firstExecutionRunId } = workflowInfo();
    const read = await openCase({ ...opening(desk, input), isFirst: runId === firstExecutionRunId });
    desk.took(read);
    return 'unserved' in read ? await openWhereServed(desk, input, read) : read;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    desk.failure = refusal;
    await desk.handlersFinished();
    throw desk.failure;
  }
}

/** What one worker lacks in its configuration ends nothing: it waits for a worker that has it, or for a cancellation. */
async function openWhereServed(desk: Desk, input: unknown, read: UnservedCase): Promise<OpenedCase> {
  desk.showUnserved(read);
  const opened = await unless(
    () => desk.isCancelled,
    () => openCaseWhereServed(opening(desk, input)),
  );
  desk.tick();
  if (opened !== undefined) return opened;
  await desk.abandonUnserved(read);
  throw new CancelledFailure('Stopped on request: no worker knew its account');
}

async function loop(desk: Desk, input: unknown): Promise<Outcome> {
  for (;;) {
    if (desk.wasReset) {
      desk.startAnew();
      await reopen(desk, input);
    }
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
        desk.case = parked(desk.reversal, step.reason, step.until, desk.now, step.cell);
        await woken(desk, input, step.until, `stuck, ${step.reason}: waits for people`);
        break;
      case 'settle': {
        const settled = byItsRule(desk.reversal.rules, step);
        desk.note('final', settled.outcome);
        if (!(await desk.close(settled))) break;
        if (desk.runId === workflowInfo().runId) return settled.outcome;
        // Reset to its last workflow task, under 7d0153f: another run's look proves it, and others may have come since.
        await reopen(desk, input);
        desk.case = { ...desk.reversal, lookWanted: true };
      }
    }
  }
}

/** Whoever reads the end comes from it to the rule. */
function byItsRule(rules: Rules, step: Extract<Step, { kind: 'settle' }>): typeof step {
  const rule = ruleOf(rules, step);
  const { outcome } = step;
  return rule === undefined || outcome.kind !== 'final' ? step : { ...step, outcome: { ...outcome, rule } };
}

/** Reads ledger and rules again: they could not be read before, this history was reset, or a person wants a new try. */
async function reopen(desk: Desk, input: unknown): Promise<void> {
  const opened = await readAgain(desk, input);
  if (opened?.memory !== undefined) {
    const rules = 'unserved' in opened ? desk.reversal.rules : rulesOf(opened);
    desk.case = remember({ ...decidedAs(desk.reversal, opened), rules }, opened.memory);
    return;
  }
  desk.case = unread(desk.reversal);
  await woken(
    desk,
    input,
    desk.now + backOff(desk.reversal, 2, desk.now),
    'the ledger cannot be read: nothing is sent',
  );
}

/** Where nobody knows the account any more, the rules stay as they were, so that people can still settle the case. */
async function readAgain(desk: Desk, input: unknown): Promise<OpenedCase | UnservedCase | undefined> {
  try {
    const read = await openCase(opening(desk, input));
    desk.took(read);
    desk.readAgain(read);
    if (!('unserved' in read)) return read;
    desk.showUnserved(read);
    const opened = await undisturbed(desk, () => openCaseWhereServed(opening(desk, input)));
    desk.readAgain(opened ?? read);
    return opened ?? read;
  } catch (error) {
    // A request that was good when the case was opened must not end it half done, whatever this version makes of it.
    if (refusalOf(error) === undefined) throw error;
    return undefined;
  }
}

async function look(desk: Desk, input: unknown, step: Extract<Step, { kind: 'look' }>): Promise<void> {
  const { request, rules, gatewayId, signedSince } = desk.reversal;
  const { provider, account, orderId, amount, currency, clientIp } = request;
  const order = { provider, account, orderId };
  const { timing } = rules;
  const what = {
    order,
    amount,
    currency,
    ...(gatewayId !== undefined && { gatewayId }),
    ...(signedSince !== undefined && { signedSince }),
    ...(clientIp !== undefined && { clientIp }),
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
  let askedAt = desk.now;
  let looked = locally ? await lookLocally({ ...what, now: askedAt }) : undefined;
  if (looked !== undefined) {
    askedAt = looked.askedAt ?? askedAt;
    desk.took(looked);
  }
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
  const result = await unless(() => desk.hasMessages, run);
  desk.tick();
  return result;
}

/** What that brings; undefined when the other thing is true first, and then it is left. */
function unless<T>(isTrue: () => boolean, run: () => Promise<T>): Promise<T | undefined> {
  return CancellationScope.cancellable(async () => {
    const found = run();
    found.catch(() => {}); // left behind when the race is lost
    const first = await Promise.race([found, condition(isTrue).then(() => undefined)]);
    if (first === undefined) CancellationScope.current().cancel();
    return first;
  });
}

async function send(desk: Desk, input: unknown, step: Extract<Step, { kind: 'act' }>): Promise<void> {
  const { verb, seq } = step;
  const sentAt = desk.now;
  const { request, rules, gatewayId, signedSince } = desk.reversal;
  const { provider, account, orderId, amount, currency, clientIp } = request;
  desk.case = sent(desk.reversal, { seq, verb, sentAt });
  const acted = await act(
    verb,
    {
      order: { provider, account, orderId },
      amount,
      currency,
      ...(gatewayId !== undefined && { gatewayId }),
      ...(signedSince !== undefined && { signedSince }),
      ...(clientIp !== undefined && { clientIp }),
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
  await condition(() => desk.hasMessages, Math.min(Math.max(1, until - desk.now), YEAR), { summary: why });
  desk.tick();
}

/** A long history is continued in a new run, unless a message came or somebody waits for the answer of this one. */
async function continued(desk: Desk, input: unknown): Promise<void> {
  if (desk.case === undefined || !canBeContinued(desk.case)) return;
  const idle = () => allHandlersFinished() && !desk.hasMessages;
  if (!workflowInfo().continueAsNewSuggested || desk.step === undefined || !idle()) return;
  desk.flush(desk.step, true);
  let written = false;
  void desk.recorded().then(() => {
    written = true;
  });
  await condition(() => written || !idle());
  desk.tick();
  if (!written || !idle()) return;
  await continueAsNew<typeof reversePayment>(input);
}
