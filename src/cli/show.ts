/** `unwind show`: everything that the ledger has of one order. */
import type { Command } from 'commander';
import { inputOf } from '../ledger/stored-request.ts';
import type { OrderKey } from '../reversal/request.ts';
import { BadInput, CommandFailed, messageOf } from './errors.ts';
import { printJsonLists } from './json-stream.ts';
import { withLedger } from './ledger.ts';
import { orderOf, takesOrder } from './order.ts';
import { tell } from './output.ts';
import { nameOf } from './requests.ts';
import { withSession } from './session.ts';
import { type Shown, shownOf } from './show-series.ts';
import { printText } from './show-text.ts';

interface Options {
  readonly all?: boolean;
  readonly json?: true;
}

export function addShow(program: Command): void {
  takesOrder(program.command('show'))
    .summary('all that the ledger has of one order: its state, the calls, the journal')
    .description(
      'Prints the row of one order, every call that was sent with its answer, what became of its webhooks, and the ' +
        'journal, from the ledger of UNWIND_CONFIG (default: unwind.config.yaml), also when the server has long ' +
        'forgotten the workflow. An embedded ledger is asked through the process that owns it. Of what is longer, the ' +
        'newest 200 calls, events and lines are shown, and how many there are.',
    )
    .option('--all', 'every call, event and line, printed as it is read')
    .option('--json', 'print one JSON object: reversal, leftOut, acts, events, journal, with all the evidence')
    .addHelpText(
      'after',
      `
Examples:
  $ unwind show alipay pos-east RV20261120000001
  $ unwind show alipay pos-east RV20261120000001 --all --json > RV20261120000001.json

leftOut has how many acts, events and lines are not shown: 0 each with --all. When the ledger cannot be read to the end,
the exit code is 1 and the object stays unfinished.\n`,
    )
    .action(async (provider, account, orderId, { all = false, json }: Options) => {
      const order = orderOf([provider, account, orderId]);
      const { loadLedgerConfig } = await import('../config/index.ts');
      const config = loadLedgerConfig();
      if (config === undefined) {
        throw new BadInput(
          'There is no configuration that names a ledger: set UNWIND_CONFIG. `unwind status` needs none.',
        );
      }
      await withLedger(config, async (ledger) => {
        const found = await shownOf(ledger, order, all);
        if (found === undefined) {
          const told = (await serverOn(order)) ?? 'no worker has begun to reverse it.';
          throw new CommandFailed(`The ledger has nothing of ${nameOf(order)}: ${told}`);
        }
        const trouble = found.reversal.open ? await serverOn(order) : undefined;
        if (trouble !== undefined) tell(trouble);
        await (json ? printJson(found) : printText(found, Date.now()));
      });
    });
}

const ANSWERS_WITHIN_MS = 5000;

/** What Temporal knows and the ledger cannot: how a workflow failed, or why its last look did. */
async function serverOn(order: OrderKey): Promise<string | undefined> {
  try {
    return await withSession(async ({ reversals, temporal }) => {
      const asked = temporal.withDeadline(Date.now() + ANSWERS_WITHIN_MS, () => reversals.status(order));
      const { failure, lookFailure } = (await asked) ?? {};
      return failure ?? (lookFailure && `The last look at the order told nothing: ${lookFailure}.`);
    });
  } catch (error) {
    return `Temporal cannot be asked how its workflow stands: ${messageOf(error)}`;
  }
}

function printJson({ reversal, acts, events, journal }: Shown): Promise<void> {
  const { request: kept } = reversal;
  // As `unwind start` takes it, where it is one.
  const request = inputOf(kept) ?? kept;
  const leftOut = { acts: acts.leftOut, events: events.leftOut, journal: journal.leftOut };
  return printJsonLists(
    { reversal: { ...reversal, request }, leftOut },
    { acts: acts.pages, events: events.pages, journal: journal.pages },
  );
}
