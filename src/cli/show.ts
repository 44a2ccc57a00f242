/** `unwind show`: everything that the ledger has of one order. */
import type { Command } from 'commander';
import type { DeliveredEvent, JournalEntry, StoredAct, StoredReversal } from '../ledger/index.ts';
import { STUCK_REASONS } from '../reversal/outcome.ts';
import { inputOf } from '../stored-request.ts';
import { deliveriesOf } from './deliveries.ts';
import { BadInput, CommandFailed } from './errors.ts';
import { journalLine } from './journal-line.ts';
import { withLedger } from './ledger.ts';
import { orderOf, takesOrder } from './order.ts';
import { instant, lengthOf, money, oneLine, plainTable, print, printJson } from './output.ts';
import { nameOf } from './requests.ts';
import { answered, asked, ended } from './words.ts';

interface Shown {
  readonly reversal: StoredReversal;
  readonly acts: readonly StoredAct[];
  readonly events: readonly DeliveredEvent[];
  readonly journal: readonly JournalEntry[];
}

export function addShow(program: Command): void {
  takesOrder(program.command('show'))
    .summary('all that the ledger has of one order: its state, the calls, the journal')
    .description(
      'Prints the row of one order, every call that was sent with its answer, what became of its webhooks, and the journal, from the ledger of ' +
        'UNWIND_CONFIG (default: unwind.config.yaml), also when the server has long forgotten the workflow. An ' +
        'embedded ledger is asked through the process that owns it.',
    )
    .option('--json', 'print one JSON object: reversal, acts, events, journal, with all the evidence')
    .addHelpText('after', '\nExample:\n  $ unwind show alipay pos-east RV20261120000001\n')
    .action(async (provider, account, orderId, { json }: { readonly json?: true }) => {
      const order = orderOf([provider, account, orderId]);
      const { loadLedgerConfig } = await import('../config/index.ts');
      const config = loadLedgerConfig();
      if (config === undefined) {
        throw new BadInput(
          'There is no configuration that names a ledger: set UNWIND_CONFIG. `unwind status` needs none.',
        );
      }
      const shown = await withLedger(config, async (ledger) => {
        const reversal = await ledger.reversal(order);
        if (reversal === undefined) {
          throw new CommandFailed(`The ledger has nothing of ${nameOf(order)}: no worker has begun to reverse it.`);
        }
        const [acts, events] = [await ledger.acts(order), await ledger.deliveries(order)];
        return { reversal, acts, events, journal: await ledger.journal(order) };
      });
      const { request: kept } = shown.reversal;
      // As `unwind start` takes it, where it is one.
      const request = inputOf(kept) ?? kept;
      if (json) printJson({ ...shown, reversal: { ...shown.reversal, request } });
      else print(textOf(shown, Date.now()));
    });
}

function textOf({ reversal, acts, events, journal }: Shown, now: number): string {
  return [
    ...factsOf(reversal, now).map(([name, value]) => `${name.padEnd(13)} ${oneLine(value)}`),
    '',
    acts.length === 0 ? 'CALLS: nothing was sent.' : callsOf(acts),
    '',
    ...(events.some(({ delivery }) => delivery !== undefined) ? [deliveriesOf(events), ''] : []),
    journal.length === 0 ? 'JOURNAL: nothing is written yet.' : 'JOURNAL (UTC)',
    ...journal.map(journalLine),
  ].join('\n');
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

function callsOf(acts: readonly StoredAct[]): string {
  return plainTable(
    ['CALL', 'VERB', 'SENT (UTC)', 'AFTER', 'ANSWER'],
    acts.map(({ seq, verb, sentAt, answer, answeredAt, refundNo, amount }) => [
      seq,
      verb,
      instant(sentAt),
      answeredAt === undefined ? '' : `${answeredAt - sentAt} ms`,
      [
        answer === undefined ? NO_ANSWER : answered(answer),
        ...(refundNo === undefined ? [] : [`refund no. ${refundNo}`]),
        ...(amount === undefined ? [] : [money(amount)]),
      ].join('; '),
    ]),
  );
}
