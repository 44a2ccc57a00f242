/** What the payer, other people and late calls do to the order, whatever we are in the middle of. */

import type { Step } from '../../src/reversal/decide.ts';
import { becomes, type Drift, type Model } from './model.ts';
import { arrived, passed, type Sim } from './sim.ts';
import type { Surprise } from './surprise.ts';
import { isPayable, type LateCall, type Truth, type World } from './world.ts';

const inWorld = (s: Sim, world: World): Sim => ({ ...s, world });

function payerOf(model: Model): Pick<Static, 'creates' | 'pays'> {
  const created = becomes('unpaid', 'payer', model.lag);
  const creates = model.creates ?? created;
  const pays = model.pays ?? becomes('paid', 'payer', model.lag);
  const unheard = model.paysUnheard;
  const paid = (change: Drift['change']) => (s: Sim) => inWorld(s, change(s.world, s.now));
  return {
    creates: { name: 'the order arrives, unpaid', kind: 'payer', run: (s) => inWorld(s, creates(s.world, s.now)) },
    pays: [
      { name: 'the payer pays', kind: 'payer', run: (s) => inWorld(s, pays(s.world, s.now)) },
      ...(unheard === undefined
        ? []
        : [{ name: 'the payer pays, unheard', kind: 'payer' as const, run: paid(unheard) }]),
    ],
  };
}

function driftOf(drift: Drift): Surprise {
  return { name: drift.name, kind: 'others', run: (s) => inWorld(s, drift.change(s.world, s.now)) };
}

function runsLate(call: LateCall): Surprise {
  return {
    name: `the lost ${call.verb} runs now`,
    kind: 'late',
    run: (s) => inWorld(s, arrived(s.model, s.world, call, s.now)),
  };
}

interface Static {
  readonly creates: Surprise;
  readonly pays: readonly Surprise[];
  readonly drifts: ReadonlyMap<Truth, readonly { readonly drift: Drift; readonly surprise: Surprise }[]>;
}

const known = new Map<Model, Static>();

function staticOf(model: Model): Static {
  const found = known.get(model);
  if (found !== undefined) return found;
  const drifts = new Map<Truth, { drift: Drift; surprise: Surprise }[]>();
  for (const drift of model.drifts) {
    const surprise = driftOf(drift);
    for (const from of drift.from) drifts.set(from, [...(drifts.get(from) ?? []), { drift, surprise }]);
  }
  const made = { ...payerOf(model), drifts };
  known.set(model, made);
  return made;
}

/** So long before a wait ends something can happen that its look may not show yet. */
const JUST_BEFORE = 1000;

/** The payer comes in the last moment of a wait, if what happened meanwhile lets him. */
function paysAtLast(surprise: Surprise, until: number): Surprise {
  return {
    name: `${surprise.name}, just before the wait ends`,
    kind: surprise.kind,
    run: (s) => {
      const then = passed(s, until - JUST_BEFORE);
      return isPayable(then.world, then.now) ? surprise.run(then) : then;
    },
  };
}

/** What can happen while the loop waits until then, besides what can happen at once, once it was told what may be told. */
export function lastMoments(s: Sim, step: Step & { readonly until: number }, into: Surprise[]): void {
  const { until } = step;
  const verdict = s.model.mind.verdictOf(s.r, step, s.now);
  if (verdict !== undefined && verdict !== s.r.told) return;
  if (until - s.now < 2 * JUST_BEFORE || until > Number.MAX_SAFE_INTEGER) return;
  const { creates, pays } = staticOf(s.model);
  if (!isPayable(s.world, until - JUST_BEFORE)) return;
  if (s.world.channel === 'absent') into.push(paysAtLast(creates, until));
  for (const way of pays) into.push(paysAtLast(way, until));
}

/** Everything that can happen to the order at this moment without us. */
export function happenings(s: Sim, into: Surprise[]): void {
  const { creates, pays, drifts } = staticOf(s.model);
  const { world, now } = s;
  if (isPayable(world, now)) {
    if (world.channel === 'absent') into.push(creates);
    into.push(...pays);
  }
  for (const { drift, surprise } of drifts.get(world.truth) ?? []) {
    if (drift.when === undefined || drift.when(world, now)) into.push(surprise);
  }
  for (const call of world.late) into.push(runsLate(call));
}
