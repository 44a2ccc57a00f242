/** `unwind resubmit`: try again from a fresh look, one reversal or many that are stuck. */
import { type Command, Option } from 'commander';
import type { ResubmitStuckInput, ResubmitStuckReport } from '../protocol/resubmit.ts';
import { STUCK_REASONS, type StuckReason } from '../reversal/outcome.ts';
import { BadInput } from './errors.ts';
import { follow } from './follow.ts';
import { send, takesOperator } from './operators.ts';
import { ratePerSecond } from './options.ts';
import { orderOf, takesOrder } from './order.ts';
import { print, printJson } from './output.ts';
import { type Session, withSession } from './session.ts';

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

async function resubmitStuck(session: Session, options: Options): Promise<ResubmitStuckReport | undefined> {
  const { progressQuery } = await import('../protocol/resubmit.ts');
  const { stuck: _, json: __, rate, ...rest } = options;
  return follow<ResubmitStuckInput, ResubmitStuckReport>(session, {
    workflowType: 'resubmitStuckReversals',
    workflowId: `resubmit-stuck/${new Date().toISOString()}`,
    summary: `by ${options.operator}: ${options.reason}`,
    input: { ...rest, ...(rate !== undefined && { ratePerSecond: rate }) },
    progress: progressQuery,
    line: (at) => `${at.resubmitted} of ${at.matched} resubmitted, ${at.concluded} concluded`,
  });
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
