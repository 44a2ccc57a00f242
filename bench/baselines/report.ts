/** The comparison as people read it. */
import Table from 'cli-table3';
import { type Comparison, DEATHS_PERCENT } from './run.ts';
import type { Totals } from './totals.ts';

const yuan = (minor: number) => (minor === 0 ? '-' : (minor / 100).toFixed(2));
const seconds = (ms: number) => (ms / 1000).toFixed(1);

const COLUMNS: Readonly<Record<string, (of: Totals) => string>> = {
  Incidents: ({ count }) => String(count),
  Wrong: ({ wrong }) => String(wrong),
  'Kept from payer': ({ keptFromPayer }) => yuan(keptFromPayer),
  'Given back': ({ givenBack }) => yuan(givenBack),
  'Without money': ({ withoutMoney }) => yuan(withoutMoney),
  'Left payable': ({ leftPayable }) => String(leftPayable),
  Undecided: ({ undecided }) => String(undecided),
  'Blind acts': ({ blindActs }) => String(blindActs),
  Calls: ({ calls }) => String(calls),
  'Verdict p50, p95 (s)': ({ verdictMs }) =>
    verdictMs === null ? '-' : `${seconds(verdictMs.p50)}, ${seconds(verdictMs.p95)}`,
};

const NAMES: Readonly<Record<keyof Comparison, string>> = {
  officialLoop: 'official loop',
  patientLoop: 'official loop, patient',
  blindSweep: 'blind sweep',
  unwind: 'Unwind',
  officialLoopDying: `official loop, ${DEATHS_PERCENT} of 100 processes die`,
};

const LEGEND = `
Wrong: claimed, and the money says otherwise. Undecided: left to people, or nobody knows; never counted as wrong.
Kept from payer: claimed undone, and the shop has the money. Given back: paid before the first act, to be kept, and
undone by an act. Without money: claimed kept, and the shop has nothing. Left payable: claimed undone, and the order can
still be paid. Patient: waits until no payment can be on its way. Amounts in yuan; an order is of 12.80 or 13.80. Times
are compressed, each gateway's alike for all. See docs/baselines.md.`;

const MAIN = ['officialLoop', 'patientLoop', 'blindSweep', 'unwind'] as const;

/** In all, then by gateway; the loop whose process dies apart from the rest. */
export function comparisonToText(comparison: Comparison): string {
  const head = ['Gateway', 'By', ...Object.keys(COLUMNS)];
  const table = new Table({
    head,
    style: { head: [], border: [] },
    colAligns: head.map((_, column) => (column < 2 ? 'left' : 'right')),
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  const add = (where: string, name: keyof Comparison, of: Totals | undefined) => {
    if (of !== undefined) table.push([where, NAMES[name], ...Object.values(COLUMNS).map((tell) => tell(of))]);
  };
  for (const name of MAIN) add(name === MAIN[0] ? 'all' : '', name, comparison[name].total);
  for (const gateway of Object.keys(comparison.unwind.gateways)) {
    for (const name of MAIN) add(name === MAIN[0] ? gateway : '', name, comparison[name].gateways[gateway]);
  }
  add('all', 'officialLoopDying', comparison.officialLoopDying.total);
  return `${table.toString()}\n${LEGEND}`;
}
