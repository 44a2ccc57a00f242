/** What operators send to one running reversal: `hold`, `release`, `note`, `cancel-closure`, `reschedule`, `resolve`. */
import { type Command, Option } from 'commander';
import type { ReversalClient } from '../client/contract.ts';
import type { OperatorMessage, ResolveMessage } from '../protocol/messages.ts';
import type { OrderKey } from '../reversal/request.ts';
import type { ReversalState } from '../reversal/status.ts';
import { endedError } from './ended.ts';
import { orderOf, takesOrder } from './order.ts';
import { answeredByWorker, withSession } from './session.ts';
import { printState } from './state.ts';

interface Options extends OperatorMessage {
  readonly json?: true;
}

/** Who acts, and why: both end up in the journal. */
export function takesOperator(command: Command): Command {
  return command
    .requiredOption('--operator <name>', 'who you are')
    .requiredOption('--reason <text>', 'why; it is written into the journal');
}

/** Sends a message to one reversal and prints the state it leads to. */
export async function send(
  order: OrderKey,
  json: boolean,
  message: (client: ReversalClient) => Promise<ReversalState>,
): Promise<void> {
  const state = await withSession((session) =>
    answeredByWorker(session, order.provider, () => message(session.reversals)).catch(endedError),
  );
  printState(state, json);
}

const MESSAGES = {
  hold: 'send nothing more until `release`; looks, watch and record go on',
  release: 'go on after `hold`, from a fresh look',
  note: 'write a note into the journal',
  'cancel-closure': 'give up a scheduled closure that has sent nothing yet; the order stays as it is',
} as const;

const METHODS = { hold: 'hold', release: 'release', note: 'note', 'cancel-closure': 'cancelClosure' } as const;

export function addOperators(program: Command): void {
  for (const name of ['hold', 'release', 'note', 'cancel-closure'] as const) {
    takesOperator(takesOrder(program.command(name)))
      .summary(MESSAGES[name])
      .description(`For one running reversal: ${MESSAGES[name]}.`)
      .option('--json', 'print the state as one JSON object')
      .addHelpText('after', `\nExample:\n  $ unwind ${name} alipay pos-east RV1 --operator li --reason "as agreed"\n`)
      .action(async (provider, account, orderId, { operator, reason, json }: Options) => {
        const order = orderOf([provider, account, orderId]);
        await send(order, json === true, (client) => client[METHODS[name]](order, { operator, reason }));
      });
  }
  takesOperator(takesOrder(program.command('reschedule')))
    .requiredOption('--due-at <instant>', 'such as 2026-11-20T04:00:00Z')
    .summary('move a scheduled closure that has sent nothing yet')
    .description('Moves a scheduled closure to an earlier or later time, as often as it needs to be.')
    .option('--json', 'print the state as one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  $ unwind reschedule alipay pos-east RV1 --due-at 2026-11-20T04:00:00Z --operator li --reason "prolonged"\n',
    )
    .action(async (provider, account, orderId, options: Options & { readonly dueAt: string }) => {
      const { json, ...message } = options;
      const order = orderOf([provider, account, orderId]);
      await send(order, json === true, (client) => client.reschedule(order, message));
    });
  takesOrder(program.command('resolve'))
    .requiredOption('--operator <name>', 'who you are')
    .requiredOption('--evidence <text>', 'what you found, and where; it is written into the journal')
    .summary('record what a person found out and settled elsewhere')
    .description(
      'Ends a reversal by what a person found out. It looks at the order first: what the gateway contradicts is ' +
        'refused, and so is a decision while a call whose answer was lost may still be executed. The final action is ' +
        '`manual`.',
    )
    .addOption(
      new Option('--final-action <action>', 'what is true now')
        .choices(['kept', 'closed', 'refunded', 'nothing_to_reverse'])
        .makeOptionMandatory(),
    )
    .option('--elsewhere', 'refunded: the money went back outside this gateway, whose looks cannot show it')
    .option('--unseen', 'decide although the gateway cannot be asked now, or still works on the order')
    .option('--json', 'print the state as one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  $ unwind resolve alipay pos-east RV1 --final-action refunded --operator li --evidence "case 77"\n',
    )
    .action(async (provider, account, orderId, options: ResolveMessage & { readonly json?: true }) => {
      const { json, ...message } = options;
      const order = orderOf([provider, account, orderId]);
      await send(order, json === true, (client) => client.resolve(order, message));
    });
}
