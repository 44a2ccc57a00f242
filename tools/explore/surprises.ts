/** Everything that can happen in a state besides the usual. The order is fixed: a path names surprises by their place. */
import type { Step } from '../../src/reversal/decide.ts';
import { actFaults, lookFaults, refundLookFaults } from './faults.ts';
import { afterEnd, continuation, messages, messagesDuringCall } from './messages.ts';
import { happenings, lastMoments } from './payer.ts';
import type { Sim } from './sim.ts';
import type { Surprise } from './surprise.ts';

/**
 * Between two steps. What happens to the order just before a call is no other than what happens during it, and a message
 * before a look no other than one during it: only one of the two is walked.
 */
function atRest(s: Sim, step: Step, into: Surprise[]): void {
  if (step.kind === 'look' || step.kind === 'open') return;
  if (step.kind !== 'act') happenings(s, into);
  if (step.kind === 'wait') lastMoments(s, step, into);
  messages(s, into);
  if (step.kind === 'wait' || step.kind === 'park') continuation(s, into);
}

export function surprises(s: Sim): readonly Surprise[] {
  const found: Surprise[] = [];
  switch (s.doing.at) {
    case 'rest':
      atRest(s, s.model.mind.decide(s.r, s.now), found);
      break;
    case 'parked':
      happenings(s, found);
      messages(s, found);
      continuation(s, found);
      break;
    case 'look':
      happenings(s, found);
      if (s.doing.what === 'refund') refundLookFaults(s, found);
      else lookFaults(s, found);
      messagesDuringCall(s, found);
      break;
    case 'act':
      happenings(s, found);
      if (s.doing.isWritten === false) break;
      actFaults(s, found);
      messagesDuringCall(s, found);
      break;
    case 'ending':
      happenings(s, found);
      messages(s, found);
      break;
    case 'ended':
      happenings(s, found);
      afterEnd(s, found);
      break;
  }
  return found;
}
