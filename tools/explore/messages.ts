/** What people and other systems tell the reversal while it runs, and runs that are lost or begun anew. */

import { joined, resubmitted } from '../../src/reversal/asked.ts';
import type { Resolution } from '../../src/reversal/outcome.ts';
import type { ReversalRequest } from '../../src/reversal/request.ts';
import { resolving } from '../../src/reversal/resolution.ts';
import { wentBack } from './faults.ts';
import { passed, REST, reopen, type Sim } from './sim.ts';
import type { Surprise } from './surprise.ts';

const HOUR = 3_600_000;

const woken = (s: Sim): Sim => (s.doing.at === 'parked' ? { ...s, doing: REST } : s);
const withCase = (s: Sim, r: Sim['r']): Sim => woken({ ...s, r });

function join(s: Sim, change: Partial<ReversalRequest>): Sim {
  const { request } = s.r;
  return withCase(s, joined(s.r, { ...request, ...change }, s.now));
}

const OBSERVED: Surprise = {
  name: 'a payment is reported',
  kind: 'message',
  run: (s) => withCase(s, { ...s.r, lookWanted: true }),
};
const VOID: Surprise = {
  name: 'a request to void it joins',
  kind: 'message',
  run: (s) => join(s, { reason: 'void', ifPaid: 'reverse' }),
};
const AMBIGUOUS: Surprise = {
  name: 'a request of a cashier who does not know joins',
  kind: 'message',
  run: (s) => join(s, { reason: 'ambiguous', ifPaid: 'keep' }),
};
const HOLD: Surprise = {
  name: 'an operator holds it',
  kind: 'people',
  run: (s) => withCase(s, { ...s.r, held: true }),
};
const RELEASE: Surprise = {
  name: 'an operator releases it',
  kind: 'people',
  run: (s) => withCase(s, { ...s.r, held: false }),
};
const RESUBMIT: Surprise = {
  name: 'an operator resubmits it',
  kind: 'people',
  run: (s) => withCase(s, resubmitted(s.r, s.now)),
};
const RESUBMIT_LATER: Surprise = {
  name: 'an operator resubmits it an hour later',
  kind: 'people',
  run: (s) => {
    const later = passed(s, s.now + HOUR);
    return withCase(later, resubmitted(later.r, later.now));
  },
};
const resolve = (finalAction: Resolution['finalAction']): Surprise => ({
  name: `an operator resolves it to ${finalAction}`,
  kind: 'people',
  run: (s) => withCase(s, resolving(s.r, { finalAction, operator: 'li', evidence: 'case 77' }, s.now)),
});
const RESOLVE: readonly Surprise[] = [resolve('kept'), resolve('closed'), resolve('refunded')];
const SELF_CHECK: Surprise = {
  name: 'nobody comes until it looks by itself',
  kind: 'people',
  run: (s) => (s.doing.at === 'parked' ? { ...passed(s, s.doing.until), doing: REST } : s),
};
const STOP: Surprise = {
  name: 'the caller wants to stop',
  kind: 'people',
  run: (s) => withCase(s, { ...s.r, stopRequestedAt: s.now }),
};
const LOST: Surprise = {
  name: 'the run is lost and begins anew',
  kind: 'crash',
  run: (s) => reopen(s, s.r.request, s.now + 1000),
};
const RESET: Surprise = { name: 'the history is reset to before the last act', kind: 'crash', run: wentBack };

const again = (name: string, change: Partial<ReversalRequest>): Surprise => ({
  name,
  kind: 'message',
  run: (s) => reopen(s, { ...s.r.request, ...change }, s.now + 1000),
});
const AGAIN: readonly Surprise[] = [
  again('a new run is asked to keep a payment', { reason: 'ambiguous', ifPaid: 'keep' }),
  again('a new run is asked to void it', { reason: 'void', ifPaid: 'reverse' }),
];

/** At rest or parked. */
export function messages(s: Sim, into: Surprise[]): void {
  const { r } = s;
  if (s.doing.at === 'parked') into.push(SELF_CHECK, RESUBMIT, RESUBMIT_LATER, ...RESOLVE);
  if (!r.lookWanted) into.push(OBSERVED);
  if (r.request.reason !== 'void' || r.request.ifPaid !== 'reverse') into.push(VOID);
  if (r.request.reason === 'timeout') into.push(AMBIGUOUS);
  if (r.stopRequestedAt === undefined) into.push(STOP);
  into.push(r.held ? RELEASE : HOLD, LOST);
  if (s.before !== r) into.push(RESET);
}

/** While a call is under way: only what changes what comes after it. */
export function messagesDuringCall(s: Sim, into: Surprise[]): void {
  if (s.r.request.ifPaid !== 'reverse') into.push(VOID);
  if (s.doing.at !== 'look') return;
  into.push(LOST);
  if (s.before !== s.r) into.push(RESET);
}

/** After the end. */
export function afterEnd(into: Surprise[]): void {
  into.push(...AGAIN);
}
