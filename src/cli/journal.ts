/** `unwind journal`: what the ledger has of one order, line by line. */
import type { Command } from 'commander';
import type { JournalEntry } from '../ledger/index.ts';
import { CommandFailed, messageOf } from './errors.ts';
import { orderOf, takesOrder } from './order.ts';
import { instant, plainTable, print, printJson } from './output.ts';
import { nameOf } from './requests.ts';

export function addJournal(program: Command): void {
  takesOrder(program.command('journal'))
    .summary('what the ledger has of one order: looks, calls, decisions, operators')
    .description(
      'Prints the append-only journal of one order from the ledger of UNWIND_CONFIG. An embedded ledger can be read ' +
        'only while no worker owns it; one in PostgreSQL at any time.',
    )
    .option('--json', 'print one JSON object: the row of the order and its journal')
    .addHelpText('after', '\nExample:\n  $ unwind journal alipay pos-east RV20261120000001\n')
    .action(async (provider, account, orderId, { json }: { readonly json?: true }) => {
      const order = orderOf([provider, account, orderId]);
      const { loadConfig } = await import('../config/index.ts');
      const { openLedger } = await import('../ledger/index.ts');
      const ledger = await openLedger(loadConfig().ledger).catch((error) => {
        throw new CommandFailed(messageOf(error));
      });
      try {
        const [reversal, journal] = [await ledger.reversal(order), await ledger.journal(order)];
        if (reversal === undefined) throw new CommandFailed(`The ledger has nothing of ${nameOf(order)}.`);
        if (json) printJson({ reversal, journal });
        else print(tableOf(journal));
      } finally {
        await ledger.close();
      }
    });
}

function tableOf(journal: readonly JournalEntry[]): string {
  return plainTable(
    ['AT', 'KIND', 'WHAT'],
    journal.map(({ at, kind, body }) => [instant(at), kind, JSON.stringify(body)]),
  );
}
