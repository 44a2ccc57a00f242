/** `unwind find`: which order the gateway's own number names. */
import type { Command } from 'commander';
import type { FindInput, FoundOrder } from '../protocol/activities.ts';
import { CommandFailed } from './errors.ts';
import { print, printJson } from './output.ts';
import { type Session, withSession } from './session.ts';

interface Options extends FindInput {
  readonly json?: true;
}

/** How long a worker, and the gateway that it asks, may take. */
const ANSWERED_WITHIN_MS = 20_000;

export function addFind(program: Command): void {
  program
    .command('find')
    .summary("find an order by the gateway's own number")
    .description(
      'For who has lost the number of their own, and has the one of the gateway: `trade_no` of Alipay, `sn` of ' +
        'Shouqianba, `orderNo` of DaxPay. A worker looks once, so no key is needed here; nothing is started.',
    )
    .requiredOption('--provider <name>', 'alipay, shouqianba or daxpay')
    .requiredOption('--account <name>', "as in the worker's configuration")
    .requiredOption('--gateway-id <number>', "the gateway's own number")
    .option('--json', 'print one JSON object: provider, account, orderId, amount, currency, gatewayId, view')
    .addHelpText(
      'after',
      `
Compare the amount with the receipt: it is the gateway's own.
Example:
  $ unwind find --provider alipay --account pos-east --gateway-id 2026112022001400000000000001
Exit codes: 0 found; 1 there is no such order, or no answer; 2 wrong input.`,
    )
    .action(async ({ json, ...asked }: Options) => {
      const found = await withSession((session) => find(session, asked));
      if (json) printJson(found);
      else for (const line of linesOf(found)) print(line);
    });
}

/** @throws CommandFailed with why there is none, in words */
export async function find({ reversals }: Session, asked: FindInput): Promise<FoundOrder> {
  const { OrderNotFoundError } = await import('../client/contract.ts');
  return reversals.find(asked, { graceMs: ANSWERED_WITHIN_MS }).catch((error: unknown) => {
    throw error instanceof OrderNotFoundError ? new CommandFailed(error.message) : error;
  });
}

function linesOf({ provider, account, orderId, amount, currency, gatewayId, view }: FoundOrder): readonly string[] {
  const facts = { order: `${provider}/${account}/${orderId}`, amount: `${amount} ${currency} (minor units)` };
  return Object.entries({ ...facts, 'last look': view, 'gateway id': gatewayId }).map(
    ([name, fact]) => `${name.padEnd(13)} ${fact}`,
  );
}
