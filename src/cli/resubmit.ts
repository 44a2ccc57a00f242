/** `unwind resubmit`: try again from a fresh look, one reversal or many that are stuck. */
import { type Command, Option } from 'commander';
import { STUCK_REASONS, type StuckReason } from '../reversal/outcome.ts';
import type { ResubmitStuckInput, ResubmitStuckReport } from '../workflows/batch.ts';
import { BadInput, CommandFailed, messageOf } from './errors.ts';
import { send, takesOperator } from './operators.ts';
import { ratePerSecond } from './options.ts';
import { orderOf, takesOrder } from './order.ts';
import { print, printJson, tell } from './output.ts';
import { type Session, withSession } from './session.ts';
import { interrupted } from './signals.ts';

interface Options {
  readonly stuck?: true;
  readonly stuckReason?: StuckReason;
  readonly provider?: string;
  readonly account?: string;
  readonly query?: string;
  readonly rate?: number;
  readonly dryRun?: true;
  readonly operator: string;
  readonly reason: string;
  readonly json?: true;
}

const PROGRESS_EVERY_MS = 2000;

export function addResubmit(program: Command): void {
  takesOperator(takesOrder(program.command('resubmit')))
    .summary('try again from a fresh look: one reversal, or many that are stuck')
    .description(
      'Tries again from a fresh look at the order, with all tries anew. It never sends a call blindly. Many are sent ' +
        'on by the workflow resubmitStuckReversals, which goes on when this command is interrupted.',
    )
    .option('--stuck', 'the stuck reversals that match the filters (all without any), instead of one order')
    .addOption(new Option('--stuck-reason <reason>', 'only those stuck for it').choices(Object.keys(STUCK_REASONS)))
    .option('--provider <name>', 'only those of this gateway')
    .option('--account <name>', 'only those of this account')
    .option('--query <query>', "only those that match this query of the server's visibility, too")
    .option('--rate <n>', 'resubmissions per second, never exceeded (default: 5)', ratePerSecond)
    .option('--dry-run', 'only count them, by reason')
    .option('--json', 'print one JSON object: the state of the order, or the report')
    .addHelpText(
      'after',
      `
Examples:
  $ unwind resubmit alipay pos-east RV1 --operator li --reason "asked Alipay"
  $ unwind resubmit --stuck --stuck-reason no-funds --rate 20 --dry-run --operator li --reason "topped up"
The report: { "matched", "byReason", "resubmitted", "endedSince", "concluded", "stuckAgain", "underWay" }`,
    )
    .action(run);
}

async function run(
  provider: string | undefined,
  account: string | undefined,
  orderId: string | undefined,
  options: Options,
): Promise<void> {
  const { operator, reason, json, stuck } = options;
  if (!stuck) {
    const filters = [
      options.stuckReason,
      options.provider,
      options.account,
      options.query,
      options.rate,
      options.dryRun,
    ];
    if (filters.some((filter) => filter !== undefined))
      throw new BadInput('Filters, rate and dry run go with --stuck.');
    const order = orderOf([provider, account, orderId]);
    return send(order, json === true, (client) => client.resubmit(order, { operator, reason }));
  }
  if (provider !== undefined) throw new BadInput('Give one order, or --stuck with filters; not both.');
  const report = await withSession((session) => resubmitStuck(session, options));
  if (report === undefined) return;
  if (json) printJson(report);
  else print(textOf(report, options.dryRun === true));
}

/** @returns undefined when it was interrupted: the batch goes on */
async function resubmitStuck({ temporal }: Session, options: Options): Promise<ResubmitStuckReport | undefined> {
  const { progressQuery } = await import('../workflows/batch.ts');
  const { OPERATIONS_QUEUE } = await import('../workflows/task-queue.ts');
  const { stuck: _, json: __, rate, ...rest } = options;
  const input: ResubmitStuckInput = { ...rest, ...(rate !== undefined && { ratePerSecond: rate }) };
  const workflowId = `resubmit-stuck/${options.operator}/${new Date().toISOString()}`;
  const handle = await temporal.workflow.start<(input: ResubmitStuckInput) => Promise<ResubmitStuckReport>>(
    'resubmitStuckReversals',
    {
      workflowId,
      taskQueue: OPERATIONS_QUEUE,
      args: [input],
      staticSummary: `by ${options.operator}: ${options.reason}`,
    },
  );
  tell(`The batch is ${workflowId}`);
  let told = '';
  const progress = setInterval(async () => {
    // No answer is no progress: the next one tells, or the result does.
    const at = await handle.query(progressQuery).catch(() => undefined);
    const line = at && `${at.resubmitted} of ${at.matched} resubmitted, ${at.concluded} concluded`;
    if (line !== undefined && line !== told) tell(line);
    told = line ?? told;
  }, PROGRESS_EVERY_MS);
  const stopped = interrupted().then(() => undefined);
  try {
    const report = await Promise.race([handle.result(), stopped]);
    if (report === undefined) tell(`Interrupted. The batch goes on: ${workflowId}`);
    return report;
  } catch (error) {
    throw new CommandFailed(error instanceof Error && error.cause ? messageOf(error.cause) : messageOf(error));
  } finally {
    clearInterval(progress);
  }
}

function textOf(report: ResubmitStuckReport, dryRun: boolean): string {
  const reasons = Object.entries(report.byReason).map(([reason, count]) => `  ${count} ${reason}`);
  if (dryRun) return [`${report.matched} match. Nothing was sent: a dry run.`, ...reasons].join('\n');
  return [
    `${report.resubmitted} of ${report.matched} resubmitted`,
    ...reasons,
    `${report.concluded} concluded, ${report.stuckAgain} stuck again, ${report.underWay} under way, ` +
      `${report.endedSince} had ended before`,
  ].join('\n');
}
