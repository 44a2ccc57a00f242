/** Many incidents in figures, by gateway and in all. */
import { GATEWAYS } from '../../src/stand/accounts.ts';
import { quantile, round } from '../statistics.ts';
import type { Measured } from './measure.ts';

/** Amounts are minor units, times milliseconds of the run. */
export interface Totals {
  readonly count: number;
  readonly wrong: number;
  readonly keptFromPayer: number;
  readonly givenBack: number;
  readonly withoutMoney: number;
  readonly leftPayable: number;
  readonly undecided: number;
  readonly blindActs: number;
  readonly calls: number;
  /** Of those that were decided; null when none was. */
  readonly verdictMs: { readonly p50: number; readonly p95: number } | null;
}

export interface Compared {
  readonly total: Totals;
  readonly gateways: Readonly<Record<string, Totals>>;
  /** What the wrong conclusions rested on. */
  readonly wrongBecause: Readonly<Record<string, number>>;
  readonly wrongIncidents: readonly number[];
  readonly givenBackIncidents: readonly number[];
}

type Amount = 'keptFromPayer' | 'givenBack' | 'withoutMoney' | 'blindActs' | 'calls';

function totalsOf(all: readonly Measured[]): Totals {
  const sum = (name: Amount) => all.reduce((total, one) => total + one[name], 0);
  const verdicts = all.flatMap(({ verdictMs }) => verdictMs ?? []);
  const at = (q: number) => round(quantile(verdicts, q), 0);
  return {
    count: all.length,
    wrong: all.filter(({ wrong }) => wrong).length,
    keptFromPayer: sum('keptFromPayer'),
    givenBack: sum('givenBack'),
    withoutMoney: sum('withoutMoney'),
    leftPayable: all.filter(({ leftPayable }) => leftPayable).length,
    undecided: all.filter(({ action }) => action === undefined).length,
    blindActs: sum('blindActs'),
    calls: sum('calls'),
    verdictMs: verdicts.length > 0 ? { p50: at(0.5), p95: at(0.95) } : null,
  };
}

export function compared(all: readonly Measured[]): Compared {
  const wrong = all.filter((one) => one.wrong);
  const reasons = [...new Set(wrong.map(({ because, action }) => `${action}: ${because}`))].sort();
  const gateways = GATEWAYS.map((name) => [name, all.filter(({ gateway }) => gateway === name)] as const);
  return {
    total: totalsOf(all),
    gateways: Object.fromEntries(gateways.filter(([, of]) => of.length > 0).map(([name, of]) => [name, totalsOf(of)])),
    wrongBecause: Object.fromEntries(
      reasons.map((reason) => [reason, wrong.filter((one) => `${one.action}: ${one.because}` === reason).length]),
    ),
    wrongIncidents: wrong.map(({ index }) => index),
    givenBackIncidents: all.filter(({ givenBack }) => givenBack > 0).map(({ index }) => index),
  };
}
