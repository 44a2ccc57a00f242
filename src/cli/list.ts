/** `unwind list`: many reversals, as the ledger has them, or as the server's index does. */
import { type Command, Option } from 'commander';
import type { Cause } from '../client/causes.ts';
import type { ReversalSummary } from '../client/status.ts';
import type { LedgerConfig, LedgerReader, ListFilter, StoredReversal } from '../ledger/index.ts';
import { moneyOf } from '../reversal/money.ts';
import { FINAL_ACTIONS, type FinalAction, STUCK_REASONS, type StuckReason } from '../reversal/outcome.ts';
import type { OrderKey } from '../reversal/request.ts';
import { STATUSES, type Status } from '../reversal/status.ts';
import { workflowIdOf } from '../reversal/workflow-id.ts';
import { BadInput, messageOf } from './errors.ts';
import { withLedger } from './ledger.ts';
import { length, positive } from './options.ts';
import { instant, lengthOf, oneLine, plainTable, print, printJson, tell } from './output.ts';
import { type Session, withSession } from './session.ts';
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
        'scheduled closures that no worker has seen yet. Without any configuration it is asked, too. Either way, of ' +
        'those that are open the server is asked why they do not get on: a look that fails, no worker, an end without ' +
        'a conclusion.',
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
  const { shown, more, causes } = await withLedger(config, async (ledger) => {
    const found: StoredReversal[] = [];
    let after: string | undefined;
    do {
      const page: ListFilter = { ...filter, limit: Math.min(limit - found.length, 1000), ...(after && { after }) };
      const { reversals, next } = await ledger.list(page);
      found.push(...reversals);
      after = next;
    } while (after !== undefined && found.length < limit);
    const stalled = found.filter(({ open, status }) => open && status !== 'scheduled');
    return { shown: found, more: after !== undefined, causes: await causesOfOpen(stalled, ledger) };
  });
  output(shown, more, options, causes, (rows) => tableOf(rows, causes, Date.now()));
}

/** How long a list waits for what is known beside it. */
const CAUSES_MS = 3000;
const CONNECTS_WITHIN = '2 seconds';

/** What keeps those that are open; the server that cannot be asked is told of, and the list is shown all the same. */
async function causesOfOpen(orders: readonly OrderKey[], ledger: Pick<LedgerReader, 'journal'>): Promise<Causes> {
  if (orders.length === 0) return new Map();
  const { causesOf } = await import('../client/causes.ts');
  try {
    const asked = ({ temporal }: Session) => causesOf(orders, { temporal, ledger }, CAUSES_MS);
    return await withSession(asked, CONNECTS_WITHIN);
  } catch (error) {
    tell(`Temporal cannot be asked why they do not get on: ${oneLine(messageOf(error))}`);
    return causesOf(orders, { temporal: undefined, ledger }, CAUSES_MS);
  }
}

function tableOf(rows: readonly StoredReversal[], causes: Causes, now: number): string {
  return plainTable(
    ['PROVIDER', 'ACCOUNT', 'ORDER', 'STATUS', 'WHY / FINAL ACTION', 'AGE', 'SINCE (UTC)', 'AMOUNT', 'OPENED (UTC)'],
    rows.map((row) => [
      row.provider,
      row.account,
      row.orderId,
      // A newer run has taken over what had ended, and has recorded nothing yet.
      row.open && row.settledAt !== undefined ? `${row.status} (reopened)` : row.status,
      withCause(whyOf(row), row, causes),
      lengthOf(now - row.statusSince),
      instant(row.statusSince),
      row.amount === undefined ? '' : moneyOf(row.amount, row.currency),
      instant(row.openedAt),
    ]),
  );
}

type Causes = ReadonlyMap<string, Cause>;

const MAX_CAUSE = 100;

/** What fits into a table; `--json` has all of it. */
function withCause(why: string, order: OrderKey, causes: Causes): string {
  const { failure, waitsFor, lookFailure } = causes.get(workflowIdOf(order)) ?? {};
  const text = [...oneLine(failure ?? waitsFor ?? lookFailure ?? '')];
  const short = text.length > MAX_CAUSE ? `${text.slice(0, MAX_CAUSE).join('')}…` : text.join('');
  return [why, short].filter((part) => part !== '').join(': ');
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
  const causes = await withSession(async ({ reversals, temporal }) => {
    // One more tells whether there are more.
    for await (const summary of reversals.list({ ...filter, limit: limit + 1 })) found.push(summary);
    const { causesOf } = await import('../client/causes.ts');
    const open = found.slice(0, limit).filter((one) => !hasConcluded(one) && one.status !== 'scheduled');
    return causesOf(open, { temporal }, CAUSES_MS);
  });
  output(found.slice(0, limit), found.length > limit, options, causes, (rows) => tableOfIndex(rows, causes));
}

const hasConcluded = ({ status }: ReversalSummary) => status === 'final' || status === 'abandoned';

function tableOfIndex(summaries: readonly ReversalSummary[], causes: Causes): string {
  return plainTable(
    ['PROVIDER', 'ACCOUNT', 'ORDER', 'STATUS', 'WHY / FINAL ACTION', 'STARTED'],
    summaries.map((summary) => [
      summary.provider,
      summary.account,
      summary.orderId,
      summary.running || hasConcluded(summary) ? summary.status : `${summary.status} (ended)`,
      withCause(summary.finalAction ?? summary.stuckReason ?? '', summary, causes),
      instant(summary.startedAt),
    ]),
  );
}

function output<Row extends OrderKey>(
  rows: readonly Row[],
  more: boolean,
  { json, limit }: Options,
  causes: Causes,
  table: (rows: readonly Row[]) => string,
): void {
  if (json) printJson(rows.map((row) => ({ ...row, ...causes.get(workflowIdOf(row)) })));
  else if (rows.length === 0) tell('No reversals match these filters.');
  else print(table(rows));
  if (more) tell(`Only the newest ${limit} are shown: --limit shows more.`);
}
