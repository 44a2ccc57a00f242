/** What can come of a call instead of the usual: other views, lost answers, refusals, crashes. */
import type { Answer } from '../../src/reversal/answer.ts';
import { answerKeyOf, viewKeyOf } from '../../src/reversal/keys.ts';
import type { OrderView, RefundView } from '../../src/reversal/order-view.ts';
import type { Act, Reversal } from '../../src/reversal/state.ts';
import type { Model, Outcome } from './model.ts';
import { cut, executed, passed, REST, reopen, type Sim } from './sim.ts';
import { advance, replied, sawOrder, sawOurRefund, viewsNow, viewsOf } from './step.ts';
import type { Surprise } from './surprise.ts';

const TIMEOUT: Answer = { kind: 'unknown', why: 'timeout' };
const RESET: Answer = { kind: 'unknown', why: 'reset' };
/** A worker or a whole run that is gone is replaced after so long. */
const REPLACED_MS = 1000;

const viewSurprises = new WeakMap<OrderView, Surprise>();

function delayOf(view: OrderView, s: Sim): number {
  return view.kind === 'unknown' && view.why === 'timeout' ? s.r.rules.timing.lookTimeout : s.lookMs;
}

function viewOf(view: OrderView, name: string, kind: Surprise['kind']): Surprise {
  const found = viewSurprises.get(view);
  if (found !== undefined) return found;
  const made: Surprise = { name, kind, run: (s) => sawOrder(s, view, s.now + delayOf(view, s)) };
  viewSurprises.set(view, made);
  return made;
}

/** The first answer to a look is so slow that it is stale when it comes. */
const SLOW: Surprise = {
  name: 'the look takes 15 s',
  kind: 'look',
  run: (s) => {
    const view = viewsNow(s)[0];
    return view === undefined ? s : sawOrder(s, view, s.now + 15_000);
  },
};

const hasFoundNothing = ({ answer }: Act) =>
  answer?.kind === 'done' && answer.effect === 'nothingFound' && answer.hint !== true;

/** A look under way at the order. */
export function lookFaults(s: Sim, into: Surprise[]): void {
  const { model, world, now } = s;
  const usual = viewsNow(s);
  for (const view of usual.slice(1)) into.push(viewOf(view, 'the look shows it another way', 'look'));
  if (now < world.lagUntil && world.stale !== world.truth) {
    for (const view of viewsOf(s, world.stale)) into.push(lagging(view));
    // Its copy may be older than the order.
    if (model.forgets && world.stale !== 'absent') for (const view of viewsOf(s, 'absent')) into.push(lagging(view));
  }
  for (const view of mismatches(usual[0])) into.push(viewOf(view, 'the look shows another amount or currency', 'look'));
  for (const view of model.oddViews) {
    const isHint = view.kind === 'absent';
    // After a signed "nothing found" it counts as a proof (clarification 16): from there on nobody is taken to lie.
    if (isHint && s.memory.acts.some(hasFoundNothing)) continue;
    into.push(viewOf(view, isHint ? 'somebody says, unsigned: absent' : `the look fails: ${viewKeyOf(view)}`, 'look'));
  }
  into.push(SLOW);
}

const otherFacts = new WeakMap<OrderView, readonly OrderView[]>();

/** The same state with another amount, another currency. */
function mismatches(view: OrderView | undefined): readonly OrderView[] {
  if (view?.amount === undefined) return [];
  const found = otherFacts.get(view);
  if (found !== undefined) return found;
  const made = [
    { ...view, amount: view.amount + 1 },
    { ...view, currency: 'USD' },
  ];
  otherFacts.set(view, made);
  return made;
}

const lags = new WeakMap<OrderView, Surprise>();

function lagging(view: OrderView): Surprise {
  const found = lags.get(view);
  if (found !== undefined) return found;
  const made: Surprise = {
    name: 'a replica still shows what was before',
    kind: 'lag',
    run(s) {
      const once = sawOrder(s, view, s.now + s.lookMs);
      // An order that is missing under the gateway's number is asked for again at once: the replica lags still.
      const again = once.r.lookWanted ? advance(once) : once;
      return again.doing.at === 'look' ? sawOrder(again, view, again.now + again.lookMs) : again;
    },
  };
  lags.set(view, made);
  return made;
}

/** A replica that has not heard of our refund. */
const NOT_YET: readonly RefundView[] = [{ kind: 'notFound' }];

export function refundLookFaults(s: Sim, into: Surprise[]): void {
  const usual = s.model.refundViews(s.world);
  const isLagging = s.now < s.world.lagUntil && s.world.refund !== 'none';
  for (const view of [...usual.slice(1), ...s.model.oddRefundViews, ...(isLagging ? NOT_YET : [])]) {
    const slow = view.kind === 'unknown' ? s.r.rules.timing.lookTimeout : s.lookMs;
    into.push({
      name: `the look at the refund shows ${view.kind}`,
      kind: 'look',
      run: (t) => sawOurRefund(t, view, t.now + slow),
    });
  }
}

const withWorld = (s: Sim, outcome: Outcome): Sim => ({ ...s, world: executed(s.world, outcome, s.now) });

/** The call stays somewhere between us and the gateway, until others come before it or until it must have been executed. */
function delayed(s: Sim, atLast = false): Sim {
  if (s.doing.at !== 'act') return s;
  const { verb, seq } = s.doing;
  const { actTimeout, refundLookAfter } = s.r.rules.timing;
  const until = s.now + s.model.horizon;
  // Just after whoever asked at the first chance may have sent the next one.
  const runsAt = atLast ? until - 1 : s.now + actTimeout + refundLookAfter + 1000;
  const call = { verb, seq, runsAt, until };
  return { ...s, world: { ...s.world, late: [...s.world.late, call] } };
}

const lostAfter = (s: Sim) => s.now + s.r.rules.timing.actTimeout;
const anew = (s: Sim) => reopen(s, s.input, s.now + REPLACED_MS);
export const RESET_MS = 2 * REPLACED_MS;
/** A reset keeps the messages that came after it. */
export const joinedAgain = ({ joined, r, model: { mind } }: Sim, back: Reversal): Reversal =>
  joined === undefined ? back : mind.joined(back, joined, r.openedAt);
/** The history goes back to before the act: the case has forgotten it, the ledger has not. */
export const wentBack = (s: Sim): Sim => ({
  ...passed(cut(s), s.now + RESET_MS),
  r: joinedAgain(s, s.before),
  doing: REST,
  wasReset: true,
});

interface Fates {
  readonly answered: Surprise;
  readonly lost: Surprise;
  readonly forgotten: Surprise;
  readonly reset: Surprise;
  readonly doubted: readonly Surprise[];
}

const fates = new Map<Outcome, Fates>();
const doubtsOf = (model: Model, s: Sim) => (s.doing.at === 'act' ? (model.doubts[s.doing.verb] ?? []) : []);
const hintsOf = (model: Model, s: Sim) => (s.doing.at === 'act' ? (model.hints?.[s.doing.verb] ?? []) : []);
const nameOf = (answer: Answer) => `${answerKeyOf(answer)}${answer.hint === true ? ', unsigned' : ''}`;

function fatesOf(outcome: Outcome, s: Sim): Fates {
  const found = fates.get(outcome);
  if (found !== undefined) return found;
  const { name, answer } = outcome;
  const made: Fates = {
    answered: {
      name: `the gateway answers ${name}`,
      kind: 'answer',
      run: (t) => replied(withWorld(t, outcome), answer, t.now + t.actMs),
    },
    lost: {
      name: `the gateway does it (${name}), the answer is lost`,
      kind: 'lost',
      run: (t) => replied(withWorld(t, outcome), TIMEOUT, lostAfter(t)),
    },
    forgotten: {
      name: `the gateway does it (${name}), the run is lost`,
      kind: 'crash',
      run: (t) => anew(withWorld(t, outcome)),
    },
    reset: {
      name: `the gateway does it (${name}), the history is reset to before it`,
      kind: 'crash',
      run: (t) => wentBack(withWorld(t, outcome)),
    },
    doubted: [...doubtsOf(s.model, s), ...hintsOf(s.model, s)].map((doubt) => ({
      name: `the gateway does it (${name}) and answers ${nameOf(doubt)}`,
      kind: 'answer',
      run: (t) => replied(withWorld(t, outcome), doubt, t.now + t.actMs),
    })),
  };
  fates.set(outcome, made);
  return made;
}

const answers = new Map<Answer, Surprise>();

/** The gateway does nothing and says this. */
function says(answer: Answer): Surprise {
  const found = answers.get(answer);
  if (found !== undefined) return found;
  const made: Surprise = {
    name: `the gateway does nothing and answers ${nameOf(answer)}`,
    kind: 'answer',
    run: (s) => replied(s, answer, s.now + s.actMs),
  };
  answers.set(answer, made);
  return made;
}

const later = new Map<Answer, Surprise>();

/** Somebody says this without a signature, and the gateway does it all the same, later. */
function saysAndDoes(hint: Answer): Surprise {
  const found = later.get(hint);
  if (found !== undefined) return found;
  const made: Surprise = {
    name: `the call is under way for long, and the answer is ${nameOf(hint)}`,
    kind: 'lost',
    run: (s) => replied(delayed(s, true), hint, s.now + s.actMs),
  };
  later.set(hint, made);
  return made;
}

/** Longer than a look stays fresh. */
const SLOW_LEDGER_MS = 6000;

const ALWAYS: readonly Surprise[] = [
  {
    name: 'the ledger is slow to write it down',
    kind: 'ledger',
    run: (s) =>
      s.doing.at === 'act' ? { ...passed(s, s.now + SLOW_LEDGER_MS), doing: { ...s.doing, isWritten: false } } : s,
  },
  {
    name: 'the call is under way until its horizon ends, no answer comes',
    kind: 'lost',
    run: (s) => replied(delayed(s, true), TIMEOUT, lostAfter(s)),
  },
  { name: 'the call never arrives and no answer comes', kind: 'lost', run: (s) => replied(s, TIMEOUT, lostAfter(s)) },
  { name: 'the connection breaks at once', kind: 'lost', run: (s) => replied(s, RESET, s.now + s.actMs) },
  {
    name: 'the call is under way for long, no answer comes',
    kind: 'lost',
    run: (s) => replied(delayed(s), TIMEOUT, lostAfter(s)),
  },
  { name: 'the run is lost before the call is sent', kind: 'crash', run: anew },
  { name: 'the run is lost while the call is under way', kind: 'crash', run: (s) => anew(delayed(s)) },
];

/** An act under way. */
export function actFaults(s: Sim, into: Surprise[]): void {
  if (s.doing.at !== 'act') return;
  const { model, world, now } = s;
  const { verb } = s.doing;
  const outcomes = model.act(verb, world, now);
  outcomes.forEach((outcome, index) => {
    const fate = fatesOf(outcome, s);
    if (index > 0) into.push(fate.answered);
    else into.push(fate.forgotten, fate.reset);
    if (outcome.change !== undefined || index === 0) into.push(fate.lost, ...fate.doubted);
  });
  into.push(...ALWAYS);
  for (const doubt of doubtsOf(model, s)) into.push(says(doubt));
  for (const hint of hintsOf(model, s)) into.push(says(hint), saysAndDoes(hint));
  for (const refusal of model.refusals[verb] ?? []) into.push(says(refusal));
}
