/** What a walk begins with: every kind of request, and an order that is in any state a request can meet. */

import { withOverrides } from '../../src/reversal/overrides.ts';
import type { ReversalRequest } from '../../src/reversal/request.ts';
import { HOUR, MINUTE, type Rules, SECOND } from '../../src/reversal/rules.ts';
import { AMOUNT, type Model } from './model.ts';
import type { Rng } from './rng.ts';
import { A_MOMENT_AGO, LONG_AGO, LOOK_MS, type Scenario, START } from './sim.ts';
import type { Truth } from './world.ts';

const BASE = { account: 'walk', orderId: 'RV20261120000001', amount: AMOUNT, currency: 'CNY' } as const;

type Wish = Pick<ReversalRequest, 'reason' | 'ifPaid' | 'method'> & {
  /** Before the start. Absent: the request does not say. */
  readonly attempted?: number;
  /** After the start. */
  readonly expires?: number;
  readonly age: number;
  /** After the start, longer than the request says: only the gateway knows. */
  readonly outlives?: number;
  /** Walked with every beginning and for every account of a model. */
  readonly telling?: true;
};

/** A few that differ in what `decide` makes of them; the random walks draw any combination. */
const WISHES: readonly Wish[] = [
  { reason: 'ambiguous', ifPaid: 'keep', method: 'barcode', attempted: A_MOMENT_AGO, age: A_MOMENT_AGO },
  { reason: 'ambiguous', ifPaid: 'keep', age: 40 * SECOND },
  {
    reason: 'ambiguous',
    ifPaid: 'keep',
    method: 'qr',
    attempted: A_MOMENT_AGO,
    age: A_MOMENT_AGO,
    telling: true,
  },
  { reason: 'timeout', ifPaid: 'keep', method: 'qr', attempted: 2 * MINUTE, expires: MINUTE, age: 2 * MINUTE },
  {
    reason: 'void',
    ifPaid: 'reverse',
    method: 'barcode',
    attempted: 10 * MINUTE,
    age: 10 * MINUTE,
    telling: true,
  },
  { reason: 'void', ifPaid: 'reverse', attempted: LONG_AGO, age: LONG_AGO },
  // The code lives longer than the closure and its watch.
  {
    reason: 'timeout',
    ifPaid: 'keep',
    method: 'qr',
    attempted: 2 * MINUTE,
    expires: MINUTE,
    outlives: 3 * HOUR,
    age: 2 * MINUTE,
  },
  {
    reason: 'timeout',
    ifPaid: 'reverse',
    method: 'qr',
    attempted: 2 * MINUTE,
    expires: MINUTE,
    outlives: 3 * HOUR,
    age: 2 * MINUTE,
  },
  // Old, and still payable: the window for cancel is over before the payment comes.
  {
    reason: 'ambiguous',
    ifPaid: 'reverse',
    method: 'qr',
    attempted: LONG_AGO,
    expires: 5 * MINUTE,
    age: LONG_AGO,
    telling: true,
  },
];

function scenarioOf(model: Model, rules: Rules, wish: Wish, truth: Truth, stale = truth): Scenario {
  const { attempted, expires, age, outlives, telling: _, ...rest } = wish;
  const request: ReversalRequest = {
    ...BASE,
    provider: model.name,
    ...rest,
    ...(attempted !== undefined && { attemptedAt: START - attempted }),
    ...(expires !== undefined && { expiresAt: START + expires }),
  };
  return { request, rules, truth, stale, age, lookMs: LOOK_MS, ...(outlives !== undefined && { outlives }) };
}

/** What a replica may still show of an order that has just come to be as it is. */
const JUST: { readonly [T in Truth]?: Truth } = { unpaid: 'absent', paid: 'unpaid' };

const accounts = new Map<Model, readonly Rules[]>();

/** The rules of every account that a walk may belong to. */
function rulesOf(model: Model): readonly Rules[] {
  const known = accounts.get(model);
  if (known !== undefined) return known;
  const made = [model.rules, ...model.accounts.map((overrides) => withOverrides(model.rules, overrides))];
  accounts.set(model, made);
  return made;
}

const SLOW_MS = 1600;
const PLAIN: ReadonlySet<Truth> = new Set(['absent', 'unpaid', 'paid']);

/**
 * Every wish with every plain beginning; the rarer beginnings (another state, a replica that lags from the start, an
 * account with rules of its own) with the wishes that differ most.
 */
export function scenarios(model: Model): readonly Scenario[] {
  const { rules } = model;
  const own = rulesOf(model).slice(1);
  return WISHES.flatMap((wish) =>
    model.starts.flatMap((truth) => {
      // A gateway that does not show the expiry has none but the request's; a code is shown with its order.
      if (wish.outlives !== undefined && (model.showsExpiry !== true || truth !== 'unpaid')) return [];
      const stale = JUST[truth];
      const isPlain = PLAIN.has(truth);
      const plain = isPlain || wish.telling ? [scenarioOf(model, rules, wish, truth)] : [];
      if (!wish.telling) return plain;
      const lagging = stale === undefined ? [] : [scenarioOf(model, rules, wish, truth, stale)];
      const seen = truth === 'unpaid' ? [truth, stale] : [truth];
      const others = isPlain
        ? own.flatMap((other) => seen.map((shown) => scenarioOf(model, other, wish, truth, shown)))
        : [];
      // A gateway that takes longer for a look than may lie between a look and an act.
      const slow = truth === 'paid' ? plain.map((scenario) => ({ ...scenario, lookMs: SLOW_MS })) : [];
      return [...plain, ...lagging, ...others, ...slow];
    }),
  ).concat(afterOthers(model));
}

const LEDGER_DOWN_FOR = 90 * SECOND;

/** Runs that are not the first of their order: they go on from another one, or the ledger alone knows what came before. */
function afterOthers(model: Model): readonly Scenario[] {
  const wish: Wish = { reason: 'ambiguous', ifPaid: 'keep', method: 'barcode', age: A_MOMENT_AGO };
  const of = (age: number, truth: Truth, stale = truth) =>
    scenarioOf(model, model.rules, { ...wish, attempted: age, age }, truth, stale);
  const verb = model.rules.verbs.paid[0];
  const lost = verb === undefined ? [] : [{ seq: 1, verb }];
  const closure: Wish = { reason: 'timeout', ifPaid: 'keep', method: 'qr', age: 2 * MINUTE, attempted: 2 * MINUTE };
  const voided = { memory: { carried: { asked: { reason: 'void', ifPaid: 'reverse' }, held: false } } } as const;
  const kept = { memory: { told: 'kept', sawPaid: true }, lost: [], downFor: LEDGER_DOWN_FOR } as const;
  return [
    { ...of(A_MOMENT_AGO, 'absent'), continued: true },
    { ...of(10 * MINUTE, 'paid', 'absent'), earlier: kept },
    { ...of(10 * MINUTE, 'paid'), earlier: { memory: {}, lost, downFor: LEDGER_DOWN_FOR } },
    // The ledger is back before the closure is due: what this run writes meanwhile must not take the void back.
    {
      ...scenarioOf(model, model.rules, { ...closure, expires: 2 * LEDGER_DOWN_FOR }, 'unpaid'),
      earlier: { ...voided, lost: [], downFor: LEDGER_DOWN_FOR },
    },
  ];
}

const AGES = [0, 5 * SECOND, 40 * SECOND, 3 * MINUTE, 30 * MINUTE, 5 * HOUR, 23 * HOUR, 25 * HOUR, 25 * HOUR];

export function randomScenario(model: Model, rng: Rng): Scenario {
  const reason = rng.pick(['ambiguous', 'ambiguous', 'timeout', 'void'] as const);
  const age = rng.pick(AGES) + rng.below(2000);
  const method = rng.pick(['barcode', 'qr', undefined] as const);
  const wish: Wish = {
    reason,
    ifPaid: reason === 'void' || rng.below(2) === 0 ? 'reverse' : 'keep',
    ...(method !== undefined && { method }),
    // Who does not know when it was sent is answered as if it were now: the model must not be older than its code.
    ...(rng.below(3) > 0 && { attempted: age }),
    ...(rng.below(3) === 0 && { expires: rng.pick([0, 20 * SECOND, 5 * MINUTE, 3 * HOUR]) }),
    age,
  };
  if (rng.below(20) === 0) return rng.pick(afterOthers(model));
  const truth = rng.pick(model.starts);
  const scenario = scenarioOf(model, rng.pick(rulesOf(model)), wish, truth, rng.below(3) === 0 ? JUST[truth] : truth);
  // Slower than the gap between a look and an act may be, too.
  return { ...scenario, lookMs: rng.pick([LOOK_MS, LOOK_MS, 10 * LOOK_MS, SLOW_MS]) };
}
