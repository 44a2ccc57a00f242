/** What people and other systems tell the reversal while it runs, and runs that are lost or begun anew. */

import { holding, released, rescheduled, resubmitted, strongest } from '../../src/reversal/asked.ts';
import { canBeContinued, paceOf } from '../../src/reversal/memory.ts';
import type { Resolution } from '../../src/reversal/outcome.ts';
import type { ReversalRequest } from '../../src/reversal/request.ts';
import { resolving } from '../../src/reversal/resolution.ts';
import { joinedAgain, RESET_MS, wentBack } from './faults.ts';
import { began, cut, openedNow, passed, REST, recorded, reopen, type Sim } from './sim.ts';
import type { Surprise } from './surprise.ts';

const HOUR = 3_600_000;
const LEDGER_DOWN_MS = 150_000;

/** What is asked for is in force when the loop decides again; an end that is being written is written first. */
function withCase(s: Sim, r: Sim['r']): Sim {
  if (s.doing.at === 'parked') return { ...s, r, doing: REST };
  if (s.doing.at !== 'ending') return { ...s, r };
  return { ...recorded(s), r, doing: r.lookWanted ? REST : s.doing };
}

const toldThat = (s: Sim, told: Partial<Sim['watch']>): Sim => ({ ...s, watch: { ...s.watch, ...told } });

function join(s: Sim, change: Partial<ReversalRequest>): Sim {
  const request = { ...s.input, ...change };
  const joined = s.joined === undefined ? request : strongest(s.joined, request);
  return withCase({ ...s, joined }, s.model.mind.joined(s.r, request, s.now));
}

const OBSERVED: Surprise = {
  name: 'a payment is reported',
  kind: 'message',
  run: (s) => withCase(s, { ...s.r, lookWanted: true }),
};
const VOID: Surprise = {
  name: 'a request to void it joins',
  kind: 'message',
  run: (s) => toldThat(join(s, { reason: 'void', ifPaid: 'reverse' }), { voided: true, stopped: false }),
};
const AMBIGUOUS: Surprise = {
  name: 'a request of a cashier who does not know joins',
  kind: 'message',
  run: (s) => join(s, { reason: 'ambiguous', ifPaid: 'keep' }),
};
const HOLD: Surprise = {
  name: 'an operator holds it',
  kind: 'people',
  run: (s) => withCase(s, holding(s.r, s.now)),
};
const RELEASE: Surprise = {
  name: 'an operator releases it',
  kind: 'people',
  run: (s) => withCase(s, released(s.r, s.now)),
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
const resolve = (finalAction: Resolution['finalAction'], knowing: 'unseen' | 'elsewhere' | '' = ''): Surprise => ({
  name: `an operator resolves it to ${finalAction}${knowing && `, ${knowing}`}`,
  kind: 'people',
  run: (s) => {
    const resolution = { finalAction, operator: 'li', evidence: 'case 77', ...(knowing && { [knowing]: true }) };
    return withCase(s, resolving(s.r, resolution, s.now));
  },
});
const KEPT = resolve('kept');
const ELSEWHERE = resolve('refunded', 'elsewhere');
const RESOLVE: readonly Surprise[] = [KEPT, resolve('closed'), resolve('refunded')];
const RESOLVE_KNOWINGLY: readonly Surprise[] = [resolve('kept', 'unseen'), ELSEWHERE, resolve('nothing_to_reverse')];
const SELF_CHECK: Surprise = {
  name: 'nobody comes until it looks by itself',
  kind: 'people',
  run: (s) => (s.doing.at === 'parked' ? { ...passed(s, s.doing.until), doing: REST } : s),
};
const STOP: Surprise = {
  name: 'the caller wants to stop',
  kind: 'people',
  run: (s) => toldThat(withCase(s, { ...s.r, stopRequestedAt: s.now }), { stopped: true }),
};
const LATER: Surprise = {
  name: 'the closure is moved by an hour',
  kind: 'people',
  run: (s) => withCase(s, rescheduled(s.r, s.r.dueAt + HOUR, s.now)),
};
const CONTINUED: Surprise = {
  name: 'the run is continued as new',
  kind: 'crash',
  run: (s) => {
    const there = recorded(s);
    const memory = { ...there.memory, ...s.model.mind.handedOn(s.r), pace: paceOf(s.r) };
    const voidKept = there.watch.voidKept || memory.carried?.asked?.ifPaid === 'reverse';
    const watch = { ...there.watch, voidKept };
    const next: Sim = { ...there, memory, watch, continues: true, joined: undefined };
    return began(next, openedNow(next));
  },
};
const RESET_TO_START: Surprise = {
  name: 'the run is reset to its first task, where it took over from another one',
  kind: 'crash',
  run: (s) => {
    const there = passed(cut(s), s.now + RESET_MS);
    return began(there, joinedAgain(s, openedNow(there)));
  },
};
const RESET_TO_END: Surprise = {
  name: 'the run that was concluded before is reset to its end',
  kind: 'crash',
  run: (s) => {
    if (s.concluded === undefined) return s;
    const there = passed(cut(s), s.now + RESET_MS);
    return began(there, s.model.mind.takenOver({ ...s.concluded, lookWanted: true }, s.memory));
  },
};
const LEDGER_DOWN: Surprise = {
  name: 'the ledger goes down',
  kind: 'ledger',
  run: (s) => ({ ...s, ledgerUpAt: s.now + LEDGER_DOWN_MS }),
};
const LOST: Surprise = {
  name: 'the run is lost and begins anew',
  kind: 'crash',
  run: (s) => reopen(s, s.input, s.now + 1000),
};
const RESET: Surprise = { name: 'the history is reset to before the last act', kind: 'crash', run: wentBack };

const again = (name: string, change: Partial<ReversalRequest>): Surprise => ({
  name,
  kind: 'message',
  run: (s) => reopen(s, { ...s.input, ...change }, s.now + 1000),
});
const AGAIN: readonly Surprise[] = [
  again('a new run is asked to keep a payment', { reason: 'ambiguous', ifPaid: 'keep' }),
  again('a new run is asked to void it', { reason: 'void', ifPaid: 'reverse' }),
];

/** At rest, parked, or while the end is being written. */
export function messages(s: Sim, into: Surprise[]): void {
  const { r, doing } = s;
  if (doing.at === 'parked') into.push(SELF_CHECK, RESUBMIT, RESUBMIT_LATER, ...RESOLVE, ...RESOLVE_KNOWINGLY);
  else if (doing.at === 'rest') into.push(KEPT, ELSEWHERE);
  else into.push(RESUBMIT, KEPT);
  if (!r.lookWanted) into.push(OBSERVED);
  if (r.request.reason !== 'void' || r.request.ifPaid !== 'reverse' || r.stopRequestedAt !== undefined) into.push(VOID);
  if (r.request.reason === 'timeout') into.push(AMBIGUOUS);
  if (r.request.reason === 'timeout' && r.acts.length === 0) into.push(LATER);
  if (r.stopRequestedAt === undefined) into.push(STOP);
  into.push(r.held ? RELEASE : HOLD, LOST);
  if (s.before !== r) into.push(RESET);
  resets(s, into);
  if (s.now >= s.ledgerUpAt) into.push(LEDGER_DOWN);
}

/** While it waits for a time or for people: then a long history is continued in a new run. */
export function continuation(s: Sim, into: Surprise[]): void {
  if (s.now >= s.ledgerUpAt && canBeContinued(s.r)) into.push(CONTINUED);
}

/** Histories that people set back, to either side of where a run went on from another one. */
function resets(s: Sim, into: Surprise[]): void {
  if (s.continues && s.before !== s.r) into.push(RESET_TO_START);
  if (s.concluded !== undefined) into.push(RESET_TO_END);
}

/** While a call is under way: only what changes what comes after it. */
export function messagesDuringCall(s: Sim, into: Surprise[]): void {
  if (s.r.request.ifPaid !== 'reverse' || s.r.stopRequestedAt !== undefined) into.push(VOID);
  if (s.doing.at !== 'look') {
    into.push(KEPT);
    return;
  }
  into.push(LOST);
  if (s.before !== s.r) into.push(RESET);
}

/** After the end. */
export function afterEnd(s: Sim, into: Surprise[]): void {
  into.push(...AGAIN);
  if (s.concluded !== undefined) into.push(RESET_TO_END);
}
