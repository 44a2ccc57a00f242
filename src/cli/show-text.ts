/** What the ledger has of one order, for people. */
import type { StoredAct, StoredReversal } from '../ledger/index.ts';
import { moneyOf } from '../reversal/money.ts';
import { STUCK_REASONS } from '../reversal/outcome.ts';
import { DELIVERIES_HEAD, deliveryLine } from './deliveries.ts';
import { journalLine } from './journal-line.ts';
import { columnsOf, drained, instant, lengthOf, oneLine, print } from './output.ts';
import { nameOf } from './requests.ts';
import type { Series, Shown } from './show-series.ts';
import { answered, asked, ended } from './words.ts';

/** Prints it page by page, as it is read. */
export async function printText({ reversal, acts, events, journal }: Shown, now: number): Promise<void> {
  for (const [name, value] of factsOf(reversal, now)) print(`${name.padEnd(13)} ${oneLine(value)}`);
  print('');
  if (acts.leftOut > 0) print(`CALLS: ${newestOf(acts)}`);
  if (!(await printLines(acts, callLineOf(reversal.currency), CALLS_HEAD))) print('CALLS: nothing was sent.');
  print('');
  if (events.leftOut > 0) print(`EVENTS: ${newestOf(events)}`);
  if (await printLines(events, deliveryLine, DELIVERIES_HEAD)) print('');
  if (journal.leftOut > 0) print(`JOURNAL (UTC): ${newestOf(journal)}`);
  else print(journal.total === 0 ? 'JOURNAL: nothing is written yet.' : 'JOURNAL (UTC)');
  await printLines(journal, journalLine);
}

function newestOf({ total, leftOut }: Series<unknown>): string {
  return `only the newest ${total - leftOut} of ${total}; --all shows every one`;
}

/** @returns whether there was anything to print */
async function printLines<Item>(
  { pages }: Series<Item>,
  lineOf: (item: Item) => string,
  head?: string,
): Promise<boolean> {
  let printed = false;
  for await (const items of pages) {
    if (items.length === 0) continue;
    if (!printed && head !== undefined) print(head);
    print(items.map(lineOf).join('\n'));
    await drained();
    printed = true;
  }
  return printed;
}

function factsOf(row: StoredReversal, now: number): readonly (readonly [string, string])[] {
  const { status, stuckReason, settledAt } = row;
  const meaning = Object.entries(STUCK_REASONS).find(([reason]) => reason === stuckReason)?.[1];
  const since = `since ${instant(row.statusSince)} (${lengthOf(now - row.statusSince)})`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['order', nameOf(row)],
    ['request', asked(row.request)],
    ['status', `${status} ${since}`],
    [
      'reopened',
      row.open && settledAt !== undefined ? `${instant(row.updatedAt)}, nothing is recorded yet` : undefined,
    ],
    ['stuck', stuckReason && `${stuckReason}: ${meaning ?? ''}`],
    ['final action', status === 'final' || status === 'abandoned' ? (ended(row.detail) ?? row.finalAction) : undefined],
    ['was told', row.told],
    ['seen paid', row.sawPaid ? `yes${row.latePayment ? ', after nothing had been found' : ''}` : 'no'],
    ['opened', instant(row.openedAt)],
    ['last written', instant(row.updatedAt)],
    ['workflow', row.workflowId],
    ['run', row.runId],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

const NO_ANSWER = 'none: it may have been executed';

const callOf = columnsOf([5, 6, 20, 9]);
const CALLS_HEAD = callOf(['CALL', 'VERB', 'SENT (UTC)', 'AFTER', 'ANSWER']);

/** A call of ours is made in the currency of its order. */
const callLineOf = (currency: string | undefined) => (act: StoredAct) => {
  const { seq, verb, sentAt, answer, answeredAt, refundNo, amount } = act;
  return callOf([
    seq,
    verb,
    instant(sentAt),
    answeredAt === undefined ? '' : `${answeredAt - sentAt} ms`,
    [
      answer === undefined ? NO_ANSWER : answered(answer),
      ...(refundNo === undefined ? [] : [`refund no. ${refundNo}`]),
      ...(amount === undefined ? [] : [moneyOf(amount, currency)]),
    ].join('; '),
  ]);
};
