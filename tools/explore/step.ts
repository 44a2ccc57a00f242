/** What happens when nothing surprising does: the workflow's loop, one small step at a time. */
import type { Answer } from '../../src/reversal/answer.ts';
import type { Step } from '../../src/reversal/decide.ts';
import { viewKeyOf } from '../../src/reversal/keys.ts';
import type { OrderView, RefundView } from '../../src/reversal/order-view.ts';
import type { Outcome, Verdict } from '../../src/reversal/outcome.ts';
import { backOff } from '../../src/reversal/pace.ts';
import { answered, parked, remember, sawRefund, sent, told, unread, unsent } from '../../src/reversal/reversal.ts';
import type { Act, Reversal } from '../../src/reversal/state.ts';
import { checkAct, checkEnd, checkPace } from './checks.ts';
import { type Doing, executed, journalled, OPEN_MS, passed, REST, recorded, type Sim, written } from './sim.ts';
import { checkClosed, checkKeptStays, checkPark, checkVerdict } from './told.ts';
import type { Truth } from './world.ts';

/** What a walk reports: every step that `decide` takes. */
export type Listener = (s: Sim, step: Step) => void;

/** A short wait leaves no trace in the ledger: what lasts is recorded, and what was told. */
const LASTS = 5000;

/** How long an act waits for a ledger that does not answer. */
const LEDGER_PATIENCE = 2000;
const OLD_LOOK: Answer = { kind: 'notSent', why: 'the order does not look any more as it did' };
const UNWRITTEN: Answer = { kind: 'notSent', why: 'the ledger could not be written' };

/** Times that no clock can reach. */
const FAR = Number.MAX_SAFE_INTEGER;

export function resting(s: Sim, r: Reversal): Sim {
  return { ...s, r, doing: REST };
}

/** The look came back. After a reset the worker of another run answered: the ledger is read again. */
export function sawOrder(s: Sim, view: OrderView, at: number): Sim {
  if (s.doing.at !== 'look') throw new Error('no look is under way');
  const { askedAt } = s.doing;
  const there = passed(s, at);
  const { memory } = there;
  const seen = s.model.mind.saw(s.r, view, askedAt, at);
  const r = s.wasReset ? remember(seen, memory) : seen;
  return { ...there, r, doing: REST, wasReset: false, watch: watched(there, askedAt) };
}

function watched({ now, watch, world: { truth, taken, returned, byUs } }: Sim, askedAt: number): Sim['watch'] {
  return { ...watch, askedAt, seenAt: now, truth, taken, returned, byUs, calls: watch.calls + 1 };
}

export function sawOurRefund(s: Sim, view: RefundView, at: number): Sim {
  if (s.doing.at !== 'look') throw new Error('no look is under way');
  const there = passed(s, at);
  const r = sawRefund(s.r, view, s.doing.askedAt, at);
  return { ...there, r, doing: REST, watch: { ...there.watch, calls: s.watch.calls + 1 } };
}

/** The answer to the act under way is here. */
export function replied(s: Sim, answer: Answer, at: number): Sim {
  if (s.doing.at !== 'act') throw new Error('no act is under way');
  const { seq, verb } = s.doing;
  const there = passed(s, at);
  const sentAt = s.r.acts.find((act) => act.seq === seq)?.sentAt ?? s.now;
  const act: Act = { seq, verb, sentAt, answer, answeredAt: at };
  return {
    ...there,
    r: answered(s.r, seq, answer, at),
    memory: journalled(s.memory, act),
    doing: REST,
    watch: {
      ...there.watch,
      actEndedAt: at,
      calls: s.watch.calls + 1,
      ...(verb === 'sync' && answer.kind === 'done' && { syncedAt: sentAt }),
    },
  };
}

/** The views that the gateway can give of a state: the usual one first. */
export function viewsOf({ model, world }: Sim, truth: Truth): readonly OrderView[] {
  const views = model.views[truth];
  if (views === undefined) throw new Error(`${model.name} shows nothing for ${truth}`);
  return model.showsExpiry === true && truth !== 'absent' ? withExpiry(views, world.payableUntil) : views;
}

export const viewsNow = (s: Sim): readonly OrderView[] => viewsOf(s, s.world.truth);

const dated = new WeakMap<readonly OrderView[], { readonly expiresAt: number; readonly views: readonly OrderView[] }>();

/** The same values for a whole walk: surprises are kept by them. */
function withExpiry(views: readonly OrderView[], expiresAt: number): readonly OrderView[] {
  const known = dated.get(views);
  if (known?.expiresAt === expiresAt) return known.views;
  const made = { expiresAt, views: views.map((view) => ({ ...view, expiresAt })) };
  dated.set(views, made);
  return made.views;
}

/** The next step of the loop, with everything else as usual. */
export function advance(s: Sim, hear?: Listener): Sim {
  const { doing, now } = s;
  switch (doing.at) {
    case 'rest':
      return obey(s, hear);
    case 'look': {
      const at = now + s.lookMs;
      if (doing.what === 'refund') return sawOurRefund(s, first(s.model.refundViews(s.world)), at);
      return sawOrder(s, first(viewsNow(s)), at);
    }
    case 'act': {
      if (doing.isWritten === false) return lookedAgain(s, doing);
      const outcome = first(s.model.act(doing.verb, s.world, now));
      return replied({ ...s, world: executed(s.world, outcome, now) }, outcome.answer, now + s.actMs);
    }
    case 'parked':
      return { ...passed(s, doing.until), doing: REST };
    case 'ending':
      return ended(recorded(s), doing.outcome);
    case 'ended':
      return s;
  }
}

function ended(s: Sim, outcome: Outcome): Sim {
  checkClosed(s, outcome);
  // What was asked of an open case goes with its end.
  const { carried: _, pace: __, ...memory } = s.memory;
  const watch = { ...s.watch, voidKept: false };
  return turned({ ...s, memory, watch, concluded: s.r }, { at: 'ended', outcome });
}

/** What a person resolved to `kept` is told as that. */
function tellable(verdict: Verdict, step: Step): Verdict {
  const outcome = step.kind === 'settle' && step.outcome.kind === 'final' ? step.outcome : undefined;
  return outcome?.resolution?.finalAction === 'kept' ? 'kept' : verdict;
}

/** Nothing has changed since the last look, nor so shortly before it that a replica did not know. */
const wasSeen = ({ world: w, watch }: Pick<Sim, 'world' | 'watch'>) =>
  w.truth === watch.truth && w.lagUntil <= watch.askedAt;

/** The step that comes next, as a caller sees it too: verdicts are told, lasting states reach the ledger. */
function announced(s: Sim, step: Step): Sim {
  const { r, now } = s;
  const verdict = s.model.mind.verdictOf(r, step, now);
  if (verdict !== undefined) checkVerdict(s, step, verdict);
  const news = verdict !== undefined && verdict !== r.told;
  const lasts = step.kind === 'park' || step.kind === 'settle' || (step.kind === 'wait' && step.until - now > LASTS);
  if (!news && !lasts) return s;
  const words = news ? tellable(verdict, step) : undefined;
  const next = words === undefined ? r : told(r, words);
  const handed = step.kind === 'settle' ? {} : s.model.mind.handedOn(next);
  const memory = { sawPaid: r.sawPaid, ...(next.told !== undefined && { told: next.told }), ...handed };
  const hears = words === undefined ? {} : heard(s, verdict, words);
  const isLate = verdict !== undefined && s.model.mind.mustBeWritten(r, verdict);
  const watch = isLate ? s.watch : { ...s.watch, ...hears };
  const late = isLate ? { ...s.unwritten?.heard, ...hears } : (s.unwritten?.heard ?? {});
  const announcing = { ...s, r: next, watch, unwritten: { memory, heard: late } };
  return step.kind === 'settle' ? announcing : written(announcing);
}

/** What is promised to whoever hears a verdict. */
function heard({ watch, world }: Sim, verdict: Verdict | undefined, words: Verdict): Partial<Sim['watch']> {
  return {
    ...(words !== 'kept' && { toldGone: true }),
    // What a person says of an order that nobody knows is that person's word.
    ...(verdict === 'kept' && { toldKept: true }),
    ...(words === 'not_paid' && wasSeen({ watch, world }) && { toldOf: world.truth }),
  };
}

function obey(before: Sim, hear: Listener | undefined): Sim {
  const step = before.model.mind.decide(before.r, before.now);
  hear?.(before, step);
  const s = announced(before, step);
  // What was told stands for a while before anything comes of it: a state of its own, in which things happen.
  if (s.r !== before.r && step.kind !== 'settle') return turned(s, REST);
  const { r, now } = s;
  switch (step.kind) {
    case 'open':
      if (now < s.ledgerUpAt) return withoutLedger(s);
      return resting(passed(s, now + OPEN_MS), remember(r, s.memory));
    case 'look':
      return turned(s, { at: 'look', what: step.what, askedAt: now });
    case 'act': {
      // After a reset the ledger knows acts that this history does not: nothing is sent.
      if (s.memory.acts.some((act) => act.seq === step.seq)) {
        return resting(passed(s, now + OPEN_MS), remember(unsent(r, step.seq), s.memory));
      }
      const act = { seq: step.seq, verb: step.verb, sentAt: now };
      if (now < s.ledgerUpAt) return unsendable(s, act);
      checkAct(s, act);
      checkKeptStays(s, act.verb);
      return {
        ...s,
        before: r,
        r: sent(r, act),
        memory: journalled(s.memory, act),
        doing: { at: 'act', verb: step.verb, seq: step.seq },
      };
    }
    case 'wait': {
      const to = Math.min(step.until, FAR);
      const there = passed(s, to);
      const watch = { ...there.watch, calls: 0, still: to > now ? 0 : s.watch.still + 1 };
      checkPace({ ...there, watch });
      // Whoever holds a case lets it go in the end.
      const next = step.why === 'held' ? { ...r, held: false } : r;
      return { ...there, r: next, watch };
    }
    case 'park':
      checkPark(s, step.reason);
      return turned(resting(s, parked(r, step.reason, step.until, now)), { at: 'parked', until: step.until });
    case 'settle':
      checkEnd(s, step.outcome);
      return turned(s, { at: 'ending', outcome: step.outcome });
  }
}

/** The look has grown old while the act was written down: only what still looks the same is sent. */
function lookedAgain(s: Sim, { verb, seq }: Extract<Doing, { at: 'act' }>): Sim {
  const there = passed(s, s.now + s.lookMs);
  const view = first(viewsNow(s));
  const watch = watched(there, s.now);
  if (s.r.look !== undefined && viewKeyOf(view) === viewKeyOf(s.r.look.view)) {
    checkAct({ ...there, watch }, { verb, seq });
    return { ...there, watch, doing: { at: 'act', verb, seq } };
  }
  const unsent = replied(there, OLD_LOOK, s.now);
  return { ...unsent, r: s.model.mind.saw(unsent.r, view, s.now, there.now), watch: { ...watch, actEndedAt: s.now } };
}

/** It is tried again after a while. */
function withoutLedger(s: Sim): Sim {
  const there = passed(s, s.now + backOff(s.r, 2, s.now));
  return { ...there, r: unread(s.r), watch: { ...there.watch, calls: 0 } };
}

/** No ledger, no act. */
function unsendable(s: Sim, act: Pick<Act, 'seq' | 'verb' | 'sentAt'>): Sim {
  const there = passed(s, s.now + LEDGER_PATIENCE);
  const r = answered(sent(s.r, act), act.seq, UNWRITTEN, there.now);
  return { ...there, r, doing: REST, watch: { ...there.watch, actEndedAt: there.now } };
}

function turned(s: Sim, doing: Doing): Sim {
  const watch = { ...s.watch, still: s.watch.still + 1 };
  checkPace({ ...s, watch });
  return { ...s, doing, watch };
}

function first<T>(list: readonly T[]): T {
  const found = list[0];
  if (found === undefined) throw new Error('the model has nothing to say');
  return found;
}
