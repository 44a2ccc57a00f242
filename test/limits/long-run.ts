/**
 * A reversal in virtual time with the rules as shipped: what it does in weeks, and what that takes of a history. It
 * decides as the workflow does, and counts events as the server makes them.
 */
import type { Answer, Verb } from '../../src/reversal/answer.ts';
import type { Step } from '../../src/reversal/decide.ts';
import { drive, type Turn, type World } from '../../src/reversal/drive.ts';
import type { OrderView, RefundView } from '../../src/reversal/order-view.ts';
import { parseRequest, type ReversalInput } from '../../src/reversal/request.ts';
import { openReversal } from '../../src/reversal/reversal.ts';
import type { Rules } from '../../src/reversal/rules.ts';
import type { Reversal } from '../../src/reversal/state.ts';
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
  const counts = { looks: 0, acts: 0, records: 0, largestRecord: 0 };
  let events = 1 + TASK + MARKER;
  let entries: unknown[] = [];
  let said = 0;
  let shown = '';
  const announce = ({ step, r, now }: Turn) => {
    if (step.kind !== 'park' && !(lasts(step) && step.until - now > WORTH_SHOWING_MS)) return;
    const shows = `${statusOf(r, step)} ${step.kind === 'park' ? step.reason : ''}`;
    if (shows !== shown) {
      events += UPSERT;
      entries.push({ key: `${now}-decision`, at: now, kind: 'decision', body: step });
    }
    const unsaid = r.acts.filter(({ seq }) => seq > said);
    const acted = step.kind === 'park' && unsaid.length > 0;
    if (shows === shown && !acted && entries.length < MAX_UNWRITTEN) return;
    shown = shows;
    counts.records += 1;
    events += ACTIVITY + TASK;
    counts.largestRecord = Math.max(counts.largestRecord, bytesOf({ entries, acts: unsaid, request: r.request }));
    entries = [];
    said = unsaid.at(-1)?.seq ?? said;
  };
  const world: World = {
    lookAtRefund(_, now) {
      const [view, seenAt] = [gateway.refund(), now + TOOK_MS];
      counts.looks += 1;
      events += ACTIVITY + TASK;
      entries.push({ key: `${seenAt}-look`, at: seenAt, kind: 'look', body: { refund: view } });
      return { view, seenAt };
    },
    look(step, now) {
      const view = gateway.look(now);
      counts.looks += 1;
      events += step.every === undefined ? MARKER : ACTIVITY + TASK;
      // What a local look could not find out the server finds out, and repeats until then.
      const silent = view.kind === 'unknown';
      if (silent && step.every === undefined) events += ACTIVITY + TASK;
      const seenAt = silent ? Math.max(now + TOOK_MS, step.until) : now + TOOK_MS;
      entries.push({ key: `${seenAt}-look`, at: seenAt, kind: 'look', body: { order: view } });
      return { view, seenAt };
    },
    act({ verb, seq }, now) {
      const [answer, answeredAt] = [gateway.act(verb, now), now + TOOK_MS];
      counts.acts += 1;
      events += ACTIVITY + TASK;
      entries.push({ key: `${answeredAt}-act`, at: answeredAt, kind: 'act', body: { verb, seq, answer } });
      return { answer, answeredAt };
    },
  };
  const opened = openReversal(parseRequest(input), rules, { acts: [] }, start);
  for (const turn of drive(opened, start, world)) {
    const { step, r, now } = turn;
    const isOver = now >= start + ms || step.kind === 'settle';
    if (isOver)
      return { ...counts, events, reversal: r, last: step, carriedOver: bytesOf({ reversal: r, entries: 0 }) };
    announce(turn);
    if (step.kind === 'wait' || step.kind === 'park') events += TIMER + TASK;
  }
  throw new Error('the last turn is the end');
}
