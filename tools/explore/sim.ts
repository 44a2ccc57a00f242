/** One state of a walk: the case as the workflow holds it, the ledger, the world, the clock, and what we watch. */
import type { Verb } from '../../src/reversal/answer.ts';
import type { Outcome } from '../../src/reversal/outcome.ts';
import type { ReversalRequest } from '../../src/reversal/request.ts';
import { openReversal } from '../../src/reversal/reversal.ts';
import { HOUR, MINUTE, type Rules } from '../../src/reversal/rules.ts';
import type { Act, Memory, Reversal } from '../../src/reversal/state.ts';
import { type Outcome as GatewayOutcome, type Model, ripened } from './model.ts';
import { checkMoney } from './violation.ts';
import { type LateCall, type Truth, WHOLE, type World } from './world.ts';

/** What the workflow is in the middle of. */
export type Doing =
  | { readonly at: 'rest' }
  | { readonly at: 'look'; readonly what: 'order' | 'refund'; readonly askedAt: number }
  /** Written to the ledger and not sent yet; `isWritten: false` while the ledger is slow, so that the look grows old. */
  | { readonly at: 'act'; readonly verb: Verb; readonly seq: number; readonly isWritten?: false }
  | { readonly at: 'parked'; readonly until: number }
  /** The end is told and is being written: messages still come. */
  | { readonly at: 'ending'; readonly outcome: Outcome }
  | { readonly at: 'ended'; readonly outcome: Outcome };

/** What the checks need and `decide` has no say in. */
export interface Watch {
  /** The last look at the order of this run: when it was asked, when it came, and the money behind what it showed. */
  readonly askedAt: number;
  readonly seenAt: number;
  readonly taken: number;
  readonly returned: number;
  readonly byUs: number;
  /** When the last answered sync was sent. */
  readonly syncedAt: number;
  /** When the last act of this run ended. */
  readonly actEndedAt: number;
  /** A verdict other than `kept` was given, by any run; `kept` was. */
  readonly toldGone: boolean;
  readonly toldKept: boolean;
  /** How the order stood when `not_paid` was told, as long as nothing has happened since: the facts are the same. */
  readonly toldOf: Truth | undefined;
  /** How it stood when it was looked at. */
  readonly truth: Truth | undefined;
  /** A request to void it joined and was told that it goes on; nobody has asked to stop since. */
  readonly voided: boolean;
  readonly stopped: boolean;
  /** The ledger was told of that void, and the case has not ended since: no run may forget it. */
  readonly voidKept: boolean;
  /** Steps since the clock last moved, and calls since the last wait. */
  readonly still: number;
  readonly calls: number;
}

export interface Unwritten {
  readonly memory: Omit<Memory, 'acts'>;
  /** What callers hear when the ledger has it. */
  readonly heard: Partial<Watch>;
}

export interface Sim {
  readonly model: Model;
  readonly now: number;
  readonly r: Reversal;
  readonly memory: Memory;
  readonly world: World;
  readonly doing: Doing;
  readonly watch: Watch;
  /** The case as it was before its last act: a reset of the history goes back to here. */
  readonly before: Reversal;
  /** What this run was started with, and what has joined it since. */
  readonly input: ReversalRequest;
  readonly joined: ReversalRequest | undefined;
  /** It goes on from another one. */
  readonly continues: boolean;
  /** An earlier run of the order that was concluded, as it was then: its history can still be reset. */
  readonly concluded: Reversal | undefined;
  /** The ledger cannot be reached before this. */
  readonly ledgerUpAt: number;
  /** What is on its way to the ledger; a run that is lost or reset takes it along. */
  readonly unwritten: Unwritten | undefined;
  /** The history was reset: the next look or act finds out. */
  readonly wasReset: boolean;
  readonly lookMs: number;
  readonly actMs: number;
}

export interface Scenario {
  readonly request: ReversalRequest;
  readonly rules: Rules;
  readonly truth: Truth;
  /** What a replica shows for a while; the same as `truth` when nothing happened lately. */
  readonly stale: Truth;
  /** How long ago the payment was sent, whether the request says so or not. */
  readonly age: number;
  /** How long the gateway takes for a look; an act takes five times as long. */
  readonly lookMs: number;
  /** The code can be paid for so long after the start, whatever the request says of its expiry. */
  readonly outlives?: number;
  /** An earlier run was here, and the ledger that knows it cannot be reached for so long. */
  readonly earlier?: {
    readonly memory: Omit<Memory, 'acts'>;
    /** What it sent without hearing of it again. */
    readonly lost: readonly Pick<Act, 'seq' | 'verb'>[];
    readonly downFor: number;
  };
  /** The run goes on from another one. */
  readonly continued?: true;
}

export const REST: Doing = { at: 'rest' };
/** 2026-11-20, 11:36 in Beijing. */
export const START = Date.UTC(2026, 10, 20, 3, 36);
export const FRESH_WATCH = {
  askedAt: 0,
  seenAt: 0,
  taken: 0,
  returned: 0,
  byUs: 0,
  syncedAt: 0,
  actEndedAt: 0,
  calls: 0,
  still: 0,
  toldOf: undefined,
  truth: undefined,
  stopped: false,
};

export function begin(model: Model, scenario: Scenario, start = START): Sim {
  const { request, rules, truth, stale, age, lookMs, outlives, earlier, continued } = scenario;
  const attemptedAt = request.attemptedAt ?? start - age;
  const { codeLife } = rules.timing;
  const isPaid = truth === 'paid' || truth === 'finished' || truth === 'partly';
  const life = request.method === 'barcode' ? model.barcodeLife : codeLife;
  const memory: Memory = { ...earlier?.memory, acts: (earlier?.lost ?? []).map((act) => ({ ...act, sentAt: start })) };
  const r = openReversal(request, rules, continued && memory, start);
  const voidKept = memory.carried?.asked?.ifPaid === 'reverse';
  const voided = voidKept || request.ifPaid === 'reverse';
  return {
    model,
    now: start,
    r,
    before: r,
    input: request,
    joined: undefined,
    continues: continued === true,
    concluded: undefined,
    ledgerUpAt: earlier === undefined ? 0 : start + earlier.downFor,
    unwritten: undefined,
    wasReset: false,
    lookMs,
    actMs: 5 * lookMs,
    memory,
    world: {
      truth,
      channel: truth,
      stale,
      lagUntil: stale === truth ? 0 : start + model.lag,
      taken: isPaid ? WHOLE : 0,
      paidAt: isPaid ? attemptedAt : 0,
      returned: truth === 'partly' ? WHOLE / 2 : 0,
      byUs: 0,
      refund: 'none',
      late: memory.acts.map(({ verb, seq }) => lateCall(model, verb, seq, start)),
      payableUntil: outlives === undefined ? (request.expiresAt ?? attemptedAt + life) : start + outlives,
      blocked: false,
      locked: false,
      createdAt: attemptedAt,
      ending: undefined,
      lied: false,
    },
    doing: REST,
    watch: { ...FRESH_WATCH, toldGone: false, toldKept: memory.told === 'kept', voided, voidKept },
  };
}

/** A call of an earlier run that still runs for half as long as it can. */
function lateCall({ horizon }: Model, verb: Verb, seq: number, sentAt: number): LateCall {
  return { verb, seq, runsAt: sentAt + horizon / 2, until: sentAt + horizon };
}

/** Another run of the same order: it has what the ledger has. */
export function reopen(s: Sim, input: ReversalRequest, at: number): Sim {
  const there: Sim = { ...cut(s), now: at, input, continues: false };
  return began({ ...there, joined: undefined }, openedNow(there));
}

/** With what a run opens at this moment. */
export function openedNow({ model, input, r, now, ledgerUpAt, memory }: Sim): Reversal {
  return model.mind.opened(input, r.rules, now < ledgerUpAt ? undefined : memory, now);
}

/** A run begins with this: nothing of what the one before had under way is left. */
export function began(s: Sim, r: Reversal): Sim {
  const { toldGone, toldKept, voidKept } = s.watch;
  const stopped = r.stopRequestedAt !== undefined;
  const voided = voidKept || r.request.ifPaid === 'reverse';
  const watch = { ...FRESH_WATCH, toldGone, toldKept, voidKept, voided, stopped };
  return { ...s, r, before: r, unwritten: undefined, wasReset: false, doing: REST, watch };
}

/** The ledger learns of an act, or of the answer to one. */
export function journalled(memory: Memory, act: Act): Memory {
  const at = memory.acts.findIndex(({ seq }) => seq === act.seq);
  const acts = at < 0 ? [...memory.acts, act] : memory.acts.map((old, i) => (i === at ? act : old));
  return { ...memory, acts };
}

/** The clock moves on: what ends by itself ends, and calls that were under way for long arrive. */
export function passed(s: Sim, to: number): Sim {
  if (to <= s.now) return s;
  let world = s.world;
  for (const call of world.late) {
    if (call.runsAt <= to) world = arrived(s.model, ripened(world, call.runsAt), call, call.runsAt);
  }
  return written({ ...s, now: to, world: ripened(world, to), watch: { ...s.watch, still: 0 } });
}

/** What is on its way to the ledger arrives, if the ledger can be reached; now everybody hears of it. */
export function written(s: Sim): Sim {
  const { unwritten } = s;
  if (unwritten === undefined || s.now < s.ledgerUpAt) return s;
  const { pace, ...had } = s.memory;
  const { carried } = unwritten.memory;
  const isVoid = carried?.asked?.ifPaid === 'reverse';
  const watch = { ...s.watch, ...unwritten.heard, voidKept: s.watch.voidKept || isVoid };
  const memory = { ...had, ...(carried === undefined && pace !== undefined && { pace }), ...unwritten.memory };
  return { ...s, watch, memory, unwritten: undefined };
}

/** A run that is lost or reset: what it was writing goes with it. */
export function cut(s: Sim): Sim {
  return { ...s, unwritten: undefined };
}

/** The end is in the ledger. */
export function recorded(s: Sim): Sim {
  return passed(s, Math.max(s.now + OPEN_MS, s.ledgerUpAt));
}

/** A call that was under way for long is executed. */
export function arrived(model: Model, w: World, call: LateCall, at: number): World {
  const world = { ...w, late: w.late.filter((other) => other !== call) };
  return executed(world, model.act(call.verb, world, at)[0], at);
}

/** The gateway executes a call. */
export function executed(w: World, outcome: GatewayOutcome | undefined, now: number): World {
  if (outcome?.change === undefined) return w;
  const next = outcome.change(w, now);
  checkMoney(next);
  return next;
}

export const LOOK_MS = 40;
export const OPEN_MS = 20;
export const LONG_AGO = 25 * HOUR;
export const A_MOMENT_AGO = MINUTE / 4;
