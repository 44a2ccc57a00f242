/** What happens when nothing surprising does: the workflow's loop, one small step at a time. */
import type { Answer } from '../../src/reversal/answer.ts';
import { decide, type Step } from '../../src/reversal/decide.ts';
import type { OrderView, RefundView } from '../../src/reversal/order-view.ts';
import {
  type Act,
  answered,
  parked,
  type Reversal,
  remember,
  saw,
  sawRefund,
  sent,
  told,
  unsent,
} from '../../src/reversal/reversal.ts';
import { verdictOf } from '../../src/reversal/status.ts';
import { checkAct, checkEnd, checkPace } from './checks.ts';
import { type Doing, executed, journalled, OPEN_MS, passed, REST, type Sim } from './sim.ts';

/** What a walk reports: every step that `decide` takes. */
export type Listener = (s: Sim, step: Step) => void;

/** A short wait leaves no trace in the ledger: what lasts is recorded, and what was told. */
const LASTS = 5000;

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
  const { world: w, memory } = there;
  const seen = saw(s.r, view, askedAt, at);
  const r = s.wasReset ? remember(seen, memory) : seen;
  const { taken, returned, byUs } = w;
  const watch = { ...there.watch, askedAt, seenAt: at, taken, returned, byUs, calls: s.watch.calls + 1 };
  return { ...there, r, doing: REST, wasReset: false, watch };
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
    watch: { ...there.watch, actEndedAt: at, calls: s.watch.calls + 1 },
  };
}

/** The views that the gateway can give now: the usual one first, what a lagging replica shows last. */
export function viewsNow(s: Sim): readonly OrderView[] {
  const views = s.model.views[s.world.truth];
  if (views === undefined) throw new Error(`${s.model.name} shows nothing for ${s.world.truth}`);
  return views;
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
      const outcome = first(s.model.act(doing.verb, s.world, now));
      return replied({ ...s, world: executed(s.world, outcome, now) }, outcome.answer, now + s.actMs);
    }
    case 'parked':
      return { ...passed(s, doing.until), doing: REST };
    case 'ended':
      return s;
  }
}

/** The step that comes next, as a caller sees it too: verdicts are told, lasting states reach the ledger. */
function announced(s: Sim, step: Step): Sim {
  const { r, now } = s;
  const verdict = verdictOf(r, step, now);
  const news = verdict !== undefined && verdict !== r.told;
  const lasts = step.kind === 'park' || step.kind === 'settle' || (step.kind === 'wait' && step.until - now > LASTS);
  if (!news && !lasts) return s;
  const next = news ? told(r, verdict) : r;
  const toldGone = s.watch.toldGone || (news && verdict !== 'kept');
  return {
    ...s,
    r: next,
    ...(toldGone !== s.watch.toldGone && { watch: { ...s.watch, toldGone } }),
    memory: { ...s.memory, sawPaid: r.sawPaid, ...(next.told !== undefined && { told: next.told }) },
  };
}

function obey(before: Sim, hear: Listener | undefined): Sim {
  const step = decide(before.r, before.now);
  hear?.(before, step);
  const s = announced(before, step);
  const { r, now } = s;
  switch (step.kind) {
    case 'open':
      return resting(passed(s, now + OPEN_MS), remember(r, s.memory));
    case 'look':
      return turned(s, { at: 'look', what: step.what, askedAt: now });
    case 'act': {
      // After a reset the ledger knows acts that this history does not: nothing is sent.
      if (s.memory.acts.some((act) => act.seq === step.seq)) {
        return resting(passed(s, now + OPEN_MS), remember(unsent(r, step.seq), s.memory));
      }
      checkAct(s, step.verb);
      const act = { seq: step.seq, verb: step.verb, sentAt: now };
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
      return turned(resting(s, parked(r, step.reason, step.until, now)), { at: 'parked', until: step.until });
    case 'settle':
      checkEnd(s, step.outcome);
      return turned(s, { at: 'ended', outcome: step.outcome });
  }
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
