/** Plays one case of a decision table on the rules alone, with a clock of its own. */
import { type Answer, isAsking, type Verb } from '../../../src/reversal/answer.ts';
import type { Step } from '../../../src/reversal/decide.ts';
import { drive, type World } from '../../../src/reversal/drive.ts';
import type { OrderView, RefundView } from '../../../src/reversal/order-view.ts';
import type { FinalAction, Settlement, StuckReason } from '../../../src/reversal/outcome.ts';
import type { ReversalRequest } from '../../../src/reversal/request.ts';
import { openReversal } from '../../../src/reversal/reversal.ts';
import { DAY, MINUTE, type Permits, type Rules } from '../../../src/reversal/rules.ts';
import type { Reversal } from '../../../src/reversal/state.ts';

/** A view that changes by itself, so long after the last act (or the opening) ended. */
export type Course<View> = View | readonly (readonly [fromMs: number, view: View])[];

export interface Case {
  /** Set where a cell needs several cases. */
  readonly when?: string;
  readonly request?: Partial<ReversalRequest>;
  readonly permits?: Partial<Permits>;
  /** How long after the attempt the case is opened; a minute, which is after every patience and minimum age. */
  readonly openedAfter?: number;
  /** What looks show before the first act. */
  readonly before: Course<OrderView>;
  /** Answer to every sync; by default the channel sees what the look shows. */
  readonly sync?: Answer;
  /** Answer to every sync of the refund; by default it says nothing. */
  readonly refundSync?: Answer;
  /** What looks show after a sync, as long as no other act was sent. */
  readonly synced?: OrderView;
  /** The acts that must follow, in this order, with the gateway's answers. */
  readonly acts?: readonly (readonly [Verb, Answer])[];
  /** What looks show after the last of them. */
  readonly after?: Course<OrderView>;
  readonly refund?: Course<RefundView>;
  /** Parks that the case goes on from by itself. */
  readonly through?: readonly StuckReason[];
  readonly end: End;
  /** Ends that differ in a variant, by its name. */
  readonly endIn?: Readonly<Record<string, End>>;
  /** Played in these variants only. */
  readonly only?: readonly string[];
  /** Milliseconds between the answer to the last act of the script (or the attempt) and the end. */
  readonly atLeast?: number;
  readonly atMost?: number;
  /** The trace before the end, where the way is a part of the cell: `look sync look close`. */
  readonly way?: RegExp;
  readonly contradiction?: true;
  /** A defect that stands: the case must fail until it is mended, and then lose this mark. */
  readonly known?: string;
}

/** `look`: nothing but looks, for as long as anybody would wait. */
export type End = `send ${Verb}` | `ask ${StuckReason}` | `settle ${FinalAction}` | 'look';

export interface Played {
  readonly end: string;
  /** Milliseconds from the answer to the last act of the script (or from the attempt) to the end. */
  readonly took: number;
  /** What happened, in words: looks that follow each other are one. */
  readonly trace: string;
  readonly outcome?: Settlement;
  /** Acts of the script that were not asked for. */
  readonly unused: number;
  /** Milliseconds since the last act, or since the attempt, at which order looks were asked for. */
  readonly looksAt: readonly number[];
}

/** 11:36 in China: far from midnight, so that windows of a calendar day are open. */
export const ATTEMPTED_AT = Date.parse('2026-11-20T03:36:00Z');
const LOOK_MS = 50;
const ACT_MS = 100;
/** Nobody waits longer than this in any table without being told. */
const LONG = 20 * 60 * MINUTE;
/** More steps than any case takes in that time. */
const MANY = 5000;

function viewAt<View extends object>(course: Course<View>, since: number): View {
  if (!isCourse(course)) return course;
  const shown = course.findLast(([from]) => since >= from) ?? course[0];
  if (shown === undefined) throw new Error('a course needs a view');
  return shown[1];
}

function isCourse<View>(course: Course<View>): course is readonly (readonly [number, View])[] {
  return Array.isArray(course);
}

const CHANNEL = { unpaid: 'unpaid', closed: 'closed', refunded: 'refunded', absent: 'absent', paid: 'paid' } as const;

function channelAgrees(view: OrderView): Answer {
  const channel = view.kind in CHANNEL ? CHANNEL[view.kind as keyof typeof CHANNEL] : undefined;
  return { kind: 'done', effect: 'unspecified', ...(channel !== undefined && { channel }) };
}

/** Plays the case until it ends, somebody is asked, or an act is sent that the script has no answer for. */
export function play(rules: Rules, request: ReversalRequest, c: Case): Played {
  const trace: string[] = [];
  const looksAt: number[] = [];
  const script = [...(c.acts ?? [])];
  const opened = ATTEMPTED_AT + (c.openedAfter ?? MINUTE);
  let from = ATTEMPTED_AT;
  let order: { since: number; course: Course<OrderView> } = { since: opened, course: c.before };
  let undone = false;
  const note = (word: string) => {
    if (trace.at(-1) !== word) trace.push(word);
  };

  const syncAnswer = (now: number) => c.sync ?? channelAgrees(viewAt(order.course, now - order.since));
  const world: World = {
    lookAtRefund(_, now) {
      note('ask-refund');
      return { view: viewAt(c.refund ?? { kind: 'notFound' }, now - order.since), seenAt: now + LOOK_MS };
    },
    look(_, now) {
      note('look');
      looksAt.push(now - from);
      return { view: viewAt(order.course, now - order.since), seenAt: now + LOOK_MS };
    },
    act({ verb }, now) {
      const answeredAt = now + ACT_MS;
      trace.push(verb);
      if (verb === 'syncRefund') return { answer: c.refundSync ?? { kind: 'done', effect: 'unspecified' }, answeredAt };
      if (verb === 'sync') {
        const answer = syncAnswer(now);
        if (!undone && c.synced !== undefined) order = { since: answeredAt, course: c.synced };
        return { answer, answeredAt };
      }
      const answer = script.shift()?.[1];
      if (answer === undefined) throw new Error('unreachable: the script has an answer');
      undone = true;
      from = answeredAt;
      if (script.length === 0 && c.after !== undefined) order = { since: answeredAt, course: c.after };
      return { answer, answeredAt };
    },
  };

  const accounts = { ...rules, permits: { ...rules.permits, ...c.permits } };
  const started = openReversal({ ...request, ...c.request }, accounts, { acts: [] }, opened);
  let steps = 0;
  for (const { step, r, now } of drive(started, opened, world)) {
    const finish = (end: string, outcome?: Settlement): Played => ({
      ...{ end, took: now - from, trace: trace.join(' '), unused: script.length, looksAt },
      ...(outcome && { outcome }),
    });
    const long = Math.max(LONG, script.length > 0 || c.through ? 2 * DAY : 0);
    if (now - Math.max(from, opened) > long) return finish('look');
    if (steps === MANY) throw new Error(`no end in sight: ${trace.slice(-20).join(' ')}`);
    steps += 1;
    if (step.kind === 'wait' && step.why === 'watch') note('watch');
    if (step.kind === 'act') {
      const last = trace.at(-1);
      if (last !== 'look' && last !== 'ask-refund') throw new Error(`${step.verb} without a look: ${trace.join(' ')}`);
      if (!isAsking(step.verb) && script[0]?.[0] !== step.verb) return finish(`send ${step.verb}`);
    }
    if (step.kind === 'park') {
      if (c.through?.includes(step.reason) !== true) return finish(`ask ${step.reason}`);
      note(`ask-${step.reason}`);
    }
    if (step.kind === 'settle') return settled(step, r, finish);
  }
  throw new Error('unreachable: the last turn is the end');
}

function settled(
  step: Extract<Step, { kind: 'settle' }>,
  r: Reversal,
  finish: (end: string, outcome?: Settlement) => Played,
): Played {
  const { outcome } = step;
  if (outcome.kind !== 'final') return finish(outcome.kind);
  const act = r.acts.at(-1);
  const looked = Math.max(r.look?.askedAt ?? 0, r.refundLook?.askedAt ?? 0);
  if (act !== undefined && looked < (act.answeredAt ?? act.sentAt)) {
    throw new Error(`settled ${outcome.action} without a look after ${act.verb}`);
  }
  return finish(`settle ${outcome.action}`, outcome);
}
