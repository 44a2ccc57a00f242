/** One pair: both sides on orders that nobody has touched, so close together that the neighbours' noise hits both. */
import type { Lab, Use } from './lab.ts';
import type { AccountName } from './processes/contract.ts';
import type { Side } from './sides.ts';

export interface Turn {
  /** Milliseconds of each call until the verdict, one after the other. */
  readonly verdictMs: readonly number[];
  /** Milliseconds until the workflow had ended and the ledger held it, of the same calls. */
  readonly wholeMs: readonly number[];
  /** Whole reversals a second with `inFlight` of them at once. */
  readonly perSecond: number;
  /** CPU milliseconds a reversal of those, from the operating system. */
  readonly cpuMs: { readonly server: number; readonly worker: number };
}

export interface Pair {
  readonly unwind: Turn;
  readonly bare: Turn;
}

export interface PairSize {
  /** Single calls of each side. */
  readonly single: number;
  /** Reversals of one spell. */
  readonly batch: number;
  readonly inFlight: number;
}

/** A side's load comes in spells, with the other's between them: a neighbour's burst then hits both. */
const SPELLS = 3;

/** @param bareFirst to be alternated: whoever comes second finds the machine as the first has left it */
export async function takePair(lab: Lab, account: AccountName, size: PairSize, bareFirst: boolean): Promise<Pair> {
  const { unwind, bare } = lab;
  const sides = bareFirst ? ([bare, unwind] as const) : ([unwind, bare] as const);
  const times = new Map(sides.map((side): [Side, Times] => [side, { verdictMs: [], wholeMs: [] }]));
  // Single calls by turns, one of each side at a time.
  for (let call = 0; call < size.single; call++) {
    for (const side of sides) await timeOne(lab, side, account, times.get(side));
  }
  const loads = new Map(sides.map((side): [Side, Load[]] => [side, []]));
  for (let spell = 0; spell < SPELLS; spell++) {
    for (const side of sides) loads.get(side)?.push(await load(lab, side, account, size));
  }
  const turnOf = (side: Side): Turn => {
    const [time, loaded = []] = [times.get(side), loads.get(side)];
    if (time === undefined) throw new Error('a side was not measured');
    const total = (of: (load: Load) => number) => loaded.reduce((sum, load) => sum + of(load), 0);
    const reversals = SPELLS * size.batch;
    return {
      ...time,
      perSecond: reversals / total(({ seconds }) => seconds),
      cpuMs: { server: total(({ cpu }) => cpu.server) / reversals, worker: total(({ cpu }) => cpu.worker) / reversals },
    };
  };
  return { unwind: turnOf(unwind), bare: turnOf(bare) };
}

interface Times {
  readonly verdictMs: number[];
  readonly wholeMs: number[];
}

async function timeOne(lab: Lab, side: Side, account: AccountName, times: Times | undefined): Promise<void> {
  const [orderId = ''] = await lab.orders(account, 1);
  const began = performance.now();
  const { ended } = await side.verdict(account, orderId);
  times?.verdictMs.push(performance.now() - began);
  // What goes on after the verdict must not slow down the next call.
  await ended;
  times?.wholeMs.push(performance.now() - began);
}

interface Load {
  readonly seconds: number;
  readonly cpu: Use;
}

/** One side alone, with as many in flight as there are lanes. */
async function load(lab: Lab, side: Side, account: AccountName, { batch, inFlight }: PairSize): Promise<Load> {
  const queue = (await lab.orders(account, batch)).values();
  const lane = async () => {
    for (const orderId of queue) await side.whole(account, orderId);
  };
  const before = lab.cpu();
  const began = performance.now();
  await Promise.all(Array.from({ length: inFlight }, lane));
  const seconds = (performance.now() - began) / 1000;
  const after = lab.cpu();
  return { seconds, cpu: { server: after.server - before.server, worker: after.worker - before.worker } };
}
