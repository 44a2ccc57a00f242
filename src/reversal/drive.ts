/** Drives one case from step to step where nothing comes between, over a world that answers at once, in its own time. */
import type { Answer } from './answer.ts';
import { decide, type Step } from './decide.ts';
import type { OrderView, RefundView } from './order-view.ts';
import { answered, parked, saw, sawRefund, sent } from './reversal.ts';
import type { Reversal } from './state.ts';

type Look = Extract<Step, { kind: 'look' }>;
type Send = Extract<Step, { kind: 'act' }>;

/** What answers: a table of views, a script, a gateway in memory. `now` is when it is asked (epoch milliseconds). */
export interface World {
  look(step: Look, now: number): { readonly view: OrderView; readonly seenAt: number };
  lookAtRefund(step: Look, now: number): { readonly view: RefundView; readonly seenAt: number };
  act(step: Send, now: number): { readonly answer: Answer; readonly answeredAt: number };
}

/** The next step, and the case and the time before it is taken. */
export interface Turn {
  readonly step: Step;
  readonly r: Reversal;
  readonly now: number;
}

/**
 * Each turn is handed out before its step is taken: whoever has seen enough stops there. The last one is the end.
 *
 * @throws Error on a wait into the past, and on a case whose ledger was not read when it was opened
 */
export function* drive(opened: Reversal, from: number, world: World): Generator<Turn, void, undefined> {
  let r = opened;
  let now = from;
  for (;;) {
    const step = decide(r, now);
    yield { step, r, now };
    switch (step.kind) {
      case 'look': {
        const askedAt = now;
        if (step.what === 'refund') {
          const { view, seenAt } = world.lookAtRefund(step, now);
          r = sawRefund(r, view, askedAt, seenAt);
          now = seenAt;
        } else {
          const { view, seenAt } = world.look(step, now);
          r = saw(r, view, askedAt, seenAt);
          now = seenAt;
        }
        break;
      }
      case 'act': {
        const { seq, verb } = step;
        const { answer, answeredAt } = world.act(step, now);
        r = answered(sent(r, { seq, verb, sentAt: now }), seq, answer, answeredAt);
        now = answeredAt;
        break;
      }
      case 'park':
        r = parked(r, step.reason, step.until, now, step.cell);
        now = later(step.until, now, step.reason);
        break;
      case 'wait':
        now = later(step.until, now, step.why);
        break;
      case 'settle':
        return;
      case 'open':
        throw new Error('The ledger must be read when the case is opened');
    }
  }
}

function later(until: number, now: number, why: string): number {
  // Also when it is no number.
  if (!(until > now)) throw new Error(`a wait into the past: ${why}`);
  return until;
}
