/** What the payer, other people and late calls do to the order, whatever we are in the middle of. */
import type { Truth } from './world.ts';
import { isPayable, type LateCall, type World } from './world.ts';
import { becomes, type Drift, type Model } from './model.ts';
import { passed, type Sim } from './sim.ts';
import { executed } from './step.ts';
import type { Surprise } from './surprise.ts';

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

function runsLate(call: LateCall, index: number): Surprise {
  return {
    name: index === 0 ? `the lost ${call.verb} runs now` : `the lost ${call.verb} runs now, with outcome ${index + 1}`,
    kind: 'late',
    run: (s) => {
      const outcome = s.model.act(call.verb, s.world, s.now)[index];
      const late = s.world.late.filter((other) => other !== call);
      const world = { ...s.world, late };
      return inWorld(s, outcome === undefined ? world : executed(world, outcome, s.now));
    },
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

/** The same in the last moment of a wait. */
function atLast(surprise: Surprise, until: number): Surprise {
  const name = `${surprise.name}, just before the wait ends`;
  return { name, kind: surprise.kind, run: (s) => surprise.run(passed(s, until - JUST_BEFORE)) };
}

/** What can happen while the loop waits until then, besides what can happen at once. */
export function lastMoments(s: Sim, until: number, into: Surprise[]): void {
  if (until - s.now < 2 * JUST_BEFORE || until > Number.MAX_SAFE_INTEGER) return;
  const { creates, pays } = staticOf(s.model);
  const at = until - JUST_BEFORE;
  if (isPayable(s.world, at)) {
    if (s.world.channel === 'absent') into.push(atLast(creates, until));
    for (const way of pays) into.push(atLast(way, until));
  }
  for (const call of s.world.late) if (call.until > at) into.push(atLast(runsLate(call, 0), until));
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
  for (const call of world.late) into.push(runsLate(call, 0));
}
