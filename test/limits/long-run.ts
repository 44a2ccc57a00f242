/**
 * A reversal in virtual time with the rules as shipped: what it does in weeks, and what that takes of a history. It
 * walks `decide` as the workflow does, and counts events as the server makes them.
 */
import type { Answer, Verb } from '../../src/reversal/answer.ts';
import { decide, type Step } from '../../src/reversal/decide.ts';
import type { OrderView, RefundView } from '../../src/reversal/order-view.ts';
import { parseRequest, type ReversalInput } from '../../src/reversal/request.ts';
import { answered, openReversal, parked, saw, sawRefund, sent } from '../../src/reversal/reversal.ts';
import type { Rules } from '../../src/reversal/rules.ts';
import type { Act, Reversal } from '../../src/reversal/state.ts';
import { lasts, statusOf } from '../../src/reversal/status.ts';

export interface Gateway {
  look(now: number): OrderView;
  act(verb: Verb, now: number): Answer;
  /** At our refund. */
  refund(): RefundView;
}

export interface LongRun {
  /** Upper bounds: tasks that the server puts together are counted apart. */
  events: number;
  looks: number;
  acts: number;
  records: number;
  /** As JSON, bytes: the largest record, and what the next run would be given at the end. */
  largestRecord: number;
  carriedOver: number;
  reversal: Reversal;
  last: Step;
}

/** Scheduled, started, completed: of a workflow task, and of an activity. */
const TASK = 3;
const ACTIVITY = 3;
const MARKER = 1;
const TIMER = 2;
const UPSERT = 1;
/** As in `desk.ts`. */
const WORTH_SHOWING_MS = 5000;
const MAX_UNWRITTEN = 100;
const TOOK_MS = 40;

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

export function longRun(input: ReversalInput, rules: Rules, gateway: Gateway, start: number, ms: number): LongRun {
  let now = start;
  let r = openReversal(parseRequest(input), rules, { acts: [] }, now);
  const run: LongRun = {
    ...{ events: 1 + TASK + MARKER, looks: 0, acts: 0, records: 0, largestRecord: 0, carriedOver: 0 },
    reversal: r,
    last: decide(r, now),
  };
  let entries: unknown[] = [];
  let unsaid: Act[] = [];
  let shown = '';
  const announce = (step: Step) => {
    if (step.kind !== 'park' && !(lasts(step) && step.until - now > WORTH_SHOWING_MS)) return;
    const shows = `${statusOf(r, step)} ${step.kind === 'park' ? step.reason : ''}`;
    if (shows !== shown) {
      run.events += UPSERT;
      entries.push({ key: `${now}-decision`, at: now, kind: 'decision', body: step });
    }
    const acted = step.kind === 'park' && unsaid.length > 0;
    if (shows === shown && !acted && entries.length < MAX_UNWRITTEN) return;
    shown = shows;
    run.records += 1;
    run.events += ACTIVITY + TASK;
    run.largestRecord = Math.max(run.largestRecord, bytesOf({ entries, acts: unsaid, request: r.request }));
    entries = [];
    unsaid = [];
  };
  const looked = (step: Extract<Step, { kind: 'look' }>) => {
    const askedAt = now;
    if (step.what === 'refund') {
      run.looks += 1;
      run.events += ACTIVITY + TASK;
      now += TOOK_MS;
      r = sawRefund(r, gateway.refund(), askedAt, now);
      entries.push({ key: `${now}-look`, at: now, kind: 'look', body: { refund: gateway.refund() } });
      return;
    }
    const view = gateway.look(now);
    run.looks += 1;
    run.events += step.every === undefined ? MARKER : ACTIVITY + TASK;
    // What a local look could not find out the server finds out, and repeats until then.
    const silent = view.kind === 'unknown';
    if (silent && step.every === undefined) run.events += ACTIVITY + TASK;
    now = silent ? Math.max(now + TOOK_MS, step.until) : now + TOOK_MS;
    r = saw(r, view, askedAt, now);
    entries.push({ key: `${now}-look`, at: now, kind: 'look', body: { order: view } });
  };
  const acted = ({ verb, seq }: Extract<Step, { kind: 'act' }>) => {
    r = sent(r, { seq, verb, sentAt: now });
    const answer = gateway.act(verb, now);
    now += TOOK_MS;
    r = answered(r, seq, answer, now);
    run.acts += 1;
    run.events += ACTIVITY + TASK;
    unsaid.push(...r.acts.slice(-1));
    entries.push({ key: `${now}-act`, at: now, kind: 'act', body: { verb, seq, answer } });
  };
  for (let step = run.last; now < start + ms && step.kind !== 'settle'; step = decide(r, now)) {
    run.last = step;
    announce(step);
    if (step.kind === 'look') looked(step);
    else if (step.kind === 'act') acted(step);
    else if (step.kind === 'open') throw new Error('the ledger is there from the start');
    else {
      if (step.kind === 'park') r = parked(r, step.reason, step.until, now);
      run.events += TIMER + TASK;
      now = Math.max(now + 1, step.until);
    }
  }
  return { ...run, reversal: r, carriedOver: bytesOf({ reversal: r, entries: 0 }) };
}
