/** `unwind status`: how one reversal stands. */
import type { Command } from 'commander';
import { CommandFailed } from './errors.ts';
import { orderOf, takesOrder } from './order.ts';
import { nameOf } from './requests.ts';
import { answeredByWorker, withSession } from './session.ts';
import { printState } from './state.ts';

export function addStatus(program: Command): void {
  takesOrder(program.command('status'))
    .summary('how one reversal stands, or how it ended')
    .description('Asks a worker for the state of one reversal; of an ended one too, as long as the server keeps it.')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ unwind status alipay pos-east RV20261120000001\n')
    .action(async (provider, account, orderId, options: { readonly json?: true }) => {
      const order = orderOf([provider, account, orderId]);
      const state = await withSession((session) =>
        answeredByWorker(session, order.provider, () => session.reversals.status(order)),
      );
      if (state === undefined) throw new CommandFailed(`There is no reversal of ${nameOf(order)}.`);
      printState(state, options.json === true);
    });
}
