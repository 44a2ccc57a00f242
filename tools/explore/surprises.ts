/** Everything that can happen in a state besides the usual. The order is fixed: a path names surprises by their place. */
import { decide } from '../../src/reversal/decide.ts';
import { actFaults, lookFaults, refundLookFaults } from './faults.ts';
import { afterEnd, messages, messagesDuringCall } from './messages.ts';
import { happenings, lastMoments } from './payer.ts';
import type { Sim } from './sim.ts';
import type { Surprise } from './surprise.ts';

export function surprises(s: Sim): readonly Surprise[] {
  const found: Surprise[] = [];
  switch (s.doing.at) {
    case 'rest': {
      happenings(s, found);
      messages(s, found);
      const step = decide(s.r, s.now);
      if (step.kind === 'wait') lastMoments(s, step.until, found);
      break;
    }
    case 'parked':
      happenings(s, found);
      messages(s, found);
      break;
    case 'look':
      happenings(s, found);
      if (s.doing.what === 'refund') refundLookFaults(s, found);
      else lookFaults(s, found);
      messagesDuringCall(s, found);
      break;
    case 'act':
      happenings(s, found);
      actFaults(s, found);
      messagesDuringCall(s, found);
      break;
    case 'ended':
      happenings(s, found);
      afterEnd(found);
      break;
  }
  return found;
}
