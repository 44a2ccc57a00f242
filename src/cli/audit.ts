/** `unwind audit`: looks again at what has ended, and for cases that no workflow works on. */
import type { Command } from 'commander';
import type { AuditInput, AuditReport } from '../workflows/audit.ts';
import { EXIT } from './errors.ts';
import { follow } from './follow.ts';
import { length, ratePerSecond } from './options.ts';
import { plainTable, print, printJson } from './output.ts';
import { type Session, withSession } from './session.ts';

interface Options {
  /** Milliseconds. */
  readonly since: number;
  readonly rate?: number;
  readonly json?: true;
}

const HOUR_MS = 3_600_000;

export function addAudit(program: Command): void {
  program
    .command('audit')
    .summary('what ended lately against what the gateways show now; cases without a workflow')
    .description(
      'Looks again at every reversal that ended lately, and reports each that its gateway now contradicts; and each ' +
        'case that is open in the ledger although no workflow runs for it, as after a Terminate. The workers do it, by ' +
        'the workflow auditReversals; nothing is changed.',
    )
    .option('--since <duration>', 'reversals that ended within this time', length, 24 * HOUR_MS)
    .option('--rate <n>', 'looks per second, never exceeded (default: 5)', ratePerSecond)
    .option('--json', 'print one JSON object: the report')
    .addHelpText(
      'after',
      `
Example:
  $ unwind audit --since 24h
The report: { "since", "looked", "contradicted", "open", "withoutWorkflow", "notChecked", "more" }
Exit codes: 0 nothing was found; 1 something was, or it failed.`,
    )
    .action(run);
}

async function run({ since, rate, json }: Options): Promise<void> {
  const input = { sinceHours: since / HOUR_MS, ...(rate !== undefined && { ratePerSecond: rate }) };
  const report = await withSession((session) => audit(session, input));
  if (report === undefined) return;
  if (json) printJson(report);
  else print(textOf(report));
  process.exitCode = report.contradicted.length + report.withoutWorkflow.length === 0 ? EXIT.ok : EXIT.failed;
}

async function audit(session: Session, input: AuditInput): Promise<AuditReport | undefined> {
  const { auditProgressQuery } = await import('../workflows/audit.ts');
  return follow<AuditInput, AuditReport>(session, {
    workflowType: 'auditReversals',
    workflowId: `audit/${new Date().toISOString()}`,
    input,
    progress: auditProgressQuery,
    line: (at) => `${at.looked} looked at, ${at.contradicted.length} contradicted`,
  });
}

function textOf({ since, looked, open, contradicted, withoutWorkflow, notChecked, more }: AuditReport): string {
  const skipped = Object.entries(notChecked).map(([why, count]) => `${count} ${why}`);
  return [
    `${looked} ended since ${since}: ${contradicted.length} contradicted` +
      `${skipped.length === 0 ? '' : `; not checked: ${skipped.join(', ')}`}`,
    ...(contradicted.length === 0
      ? []
      : [
          plainTable(
            ['PROVIDER', 'ACCOUNT', 'ORDER', 'RECORDED', 'THE GATEWAY SHOWS'],
            contradicted.map((found) => [found.provider, found.account, found.orderId, found.recorded, found.shown]),
          ),
        ]),
    `${open} open in the ledger: ${withoutWorkflow.length} without a workflow`,
    ...(withoutWorkflow.length === 0
      ? []
      : [
          plainTable(
            ['PROVIDER', 'ACCOUNT', 'ORDER', 'IN THE LEDGER', 'WORKFLOW'],
            withoutWorkflow.map((found) => [
              found.provider,
              found.account,
              found.orderId,
              found.status,
              found.workflow,
            ]),
          ),
          'Start them again with the same request (`unwind show` has it): every run begins with a look.',
        ]),
    ...(more === 0 ? [] : [`${more} more are not listed.`]),
  ].join('\n');
}
