/** `unwind list`: many reversals, as the server's index shows them. */
import { type Command, Option } from 'commander';
import type { ReversalSummary } from '../client.ts';
import { STATUSES, type Status } from '../reversal/status.ts';
import { positive } from './options.ts';
import { instant, plainTable, print, printJson, tell } from './output.ts';
import { withSession } from './session.ts';

interface Options {
  readonly status?: Status;
  readonly provider?: string;
  readonly account?: string;
  readonly limit: number;
  readonly json?: true;
}

export function addList(program: Command): void {
  program
    .command('list')
    .summary('reversals by status, gateway and account')
    .description('Lists reversals, newest first. The index of the server follows with a delay of about a second.')
    .addOption(new Option('--status <status>', 'only these').choices(STATUSES))
    .option('--provider <name>', 'only of this gateway')
    .option('--account <name>', 'only of this account')
    .option('--limit <n>', 'at most so many', positive, 100)
    .option('--json', 'print a JSON array')
    .addHelpText('after', '\nExamples:\n  $ unwind list --status stuck\n  $ unwind list --provider alipay --json\n')
    .action(async (options: Options) => {
      const { json, limit, ...filter } = options;
      const found: ReversalSummary[] = [];
      await withSession(async ({ reversals }) => {
        // One more tells whether there are more.
        for await (const summary of reversals.list({ ...filter, limit: limit + 1 })) found.push(summary);
      });
      const shown = found.slice(0, limit);
      if (json) printJson(shown);
      else if (shown.length === 0) tell('There is none.');
      else print(tableOf(shown));
      if (found.length > limit) tell(`Only the newest ${limit} are shown: --limit shows more.`);
    });
}

function tableOf(summaries: readonly ReversalSummary[]): string {
  return plainTable(
    ['PROVIDER', 'ACCOUNT', 'ORDER', 'STATUS', 'WHY / FINAL ACTION', 'STARTED'],
    summaries.map(({ provider, account, orderId, status, stuckReason, finalAction, startedAt, running }) => [
      provider,
      account,
      orderId,
      running || status === 'final' || status === 'abandoned' ? status : `${status} (ended)`,
      finalAction ?? stuckReason ?? '',
      instant(startedAt),
    ]),
  );
}
