/** `unwind list`: many reversals, as the ledger has them, or as the server's index does. */
import { type Command, Option } from 'commander';
import type { ReversalSummary } from '../client.ts';
import type { LedgerConfig, ListFilter, StoredReversal } from '../ledger/index.ts';
import { moneyOf } from '../reversal/money.ts';
import { FINAL_ACTIONS, type FinalAction, STUCK_REASONS, type StuckReason } from '../reversal/outcome.ts';
import { STATUSES, type Status } from '../reversal/status.ts';
import { BadInput } from './errors.ts';
import { withLedger } from './ledger.ts';
import { length, positive } from './options.ts';
import { instant, lengthOf, plainTable, print, printJson, tell } from './output.ts';
import { withSession } from './session.ts';
import { resolved } from './words.ts';

interface Options {
  readonly from?: 'ledger' | 'temporal';
  readonly status?: Status;
  readonly stuckReason?: StuckReason;
  readonly finalAction?: FinalAction;
  readonly provider?: string;
  readonly account?: string;
  readonly open?: true;
  readonly since?: number;
  readonly limit: number;
  readonly json?: true;
}

export function addList(program: Command): void {
  program
    .command('list')
    .summary('reversals by status, reason, gateway and account')
    .description(
      'Lists reversals from the ledger of UNWIND_CONFIG (default: unwind.config.yaml), newest opening first. An ' +
        'embedded ledger is asked through the process that owns it. With --from temporal, from the index of the ' +
        'server: it forgets what has ended after its retention, follows with a delay of about a second, and knows ' +
        'scheduled closures that no worker has seen yet. Without any configuration it is asked, too.',
    )
    .addOption(new Option('--from <source>', 'ledger, or the index of the server').choices(['ledger', 'temporal']))
    .addOption(new Option('--status <status>', 'only these').choices(STATUSES))
    .option('--provider <name>', 'only of this gateway')
    .option('--account <name>', 'only of this account')
    .option('--limit <n>', 'at most so many', positive, 100)
    .option('--json', 'print a JSON array')
    .optionsGroup('From the ledger only:')
    .addOption(new Option('--stuck-reason <reason>', 'only stuck for it').choices(Object.keys(STUCK_REASONS)))
    .addOption(new Option('--final-action <action>', 'only ended so').choices(FINAL_ACTIONS))
    .option('--open', 'only those without a recorded end')
    .option('--since <duration>', 'only those whose row changed since then, such as 24h', length)
    .addHelpText(
      'after',
      `
Examples:
  $ unwind list --status stuck
  $ unwind list --status stuck --stuck-reason no-funds --provider alipay --json
  $ unwind list --final-action refunded --since 24h
  $ unwind list --status scheduled --from temporal\n`,
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const ledger = options.from === 'temporal' ? undefined : await configured(options);
  return ledger === undefined ? listTemporal(options) : listLedger(ledger, options);
}

async function configured({ from }: Options): Promise<LedgerConfig | undefined> {
  const { loadLedgerConfig } = await import('../config/index.ts');
  const config = loadLedgerConfig();
  if (config !== undefined) return config;
  const none = 'There is no configuration (UNWIND_CONFIG, unwind.config.yaml) that names a ledger';
  if (from === 'ledger') throw new BadInput(`${none}.`);
  tell(`${none}: this is the index of the Temporal server.`);
  return undefined;
}

async function listLedger(config: LedgerConfig, options: Options): Promise<void> {
  const { from: _, json, limit, since, ...rest } = options;
  const filter = { ...rest, ...(since !== undefined && { updatedSince: Date.now() - since }) };
  const { shown, more } = await withLedger(config, async (ledger) => {
    const found: StoredReversal[] = [];
    let after: string | undefined;
    do {
      const page: ListFilter = { ...filter, limit: Math.min(limit - found.length, 1000), ...(after && { after }) };
      const { reversals, next } = await ledger.list(page);
      found.push(...reversals);
      after = next;
    } while (after !== undefined && found.length < limit);
    return { shown: found, more: after !== undefined };
  });
  output(shown, more, options, (rows) => tableOf(rows, Date.now()));
}

function tableOf(rows: readonly StoredReversal[], now: number): string {
  return plainTable(
    ['PROVIDER', 'ACCOUNT', 'ORDER', 'STATUS', 'WHY / FINAL ACTION', 'AGE', 'SINCE (UTC)', 'AMOUNT', 'OPENED (UTC)'],
    rows.map((row) => [
      row.provider,
      row.account,
      row.orderId,
      // A newer run has taken over what had ended, and has recorded nothing yet.
      row.open && row.settledAt !== undefined ? `${row.status} (reopened)` : row.status,
      whyOf(row),
      lengthOf(now - row.statusSince),
      instant(row.statusSince),
      row.amount === undefined ? '' : moneyOf(row.amount, row.currency),
      instant(row.openedAt),
    ]),
  );
}

function whyOf({ finalAction, stuckReason, latePayment, detail }: StoredReversal): string {
  const by = finalAction === 'manual' ? resolved(detail) : undefined;
  const why = finalAction && by ? `${finalAction}: ${by}` : (finalAction ?? stuckReason ?? '');
  return latePayment ? `${why} (paid late)`.trim() : why;
}

async function listTemporal(options: Options): Promise<void> {
  const { status, provider, account, limit, stuckReason, finalAction, open, since } = options;
  if (stuckReason ?? finalAction ?? open ?? since) {
    throw new BadInput('--stuck-reason, --final-action, --open and --since are questions to the ledger.');
  }
  const filter = { ...(status && { status }), ...(provider && { provider }), ...(account && { account }) };
  const found: ReversalSummary[] = [];
  await withSession(async ({ reversals }) => {
    // One more tells whether there are more.
    for await (const summary of reversals.list({ ...filter, limit: limit + 1 })) found.push(summary);
  });
  output(found.slice(0, limit), found.length > limit, options, tableOfIndex);
}

function tableOfIndex(summaries: readonly ReversalSummary[]): string {
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

function output<Row>(
  rows: readonly Row[],
  more: boolean,
  { json, limit }: Options,
  table: (rows: readonly Row[]) => string,
): void {
  if (json) printJson(rows);
  else if (rows.length === 0) tell('There is none.');
  else print(table(rows));
  if (more) tell(`Only the newest ${limit} are shown: --limit shows more.`);
}
