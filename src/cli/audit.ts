/** `unwind audit`: looks again at what has ended, and for cases that no workflow works on. */
import { type Command, Option } from 'commander';
import type { AuditInput, AuditReport, Stray } from '../protocol/audit.ts';
import type { OrderKey } from '../reversal/request.ts';
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
        'case that is open in the ledger although no workflow runs for it, as after a Terminate; and workflows that ' +
        'failed, or that are due and that nobody has begun. The workers do it, by the workflow auditReversals; ' +
        'nothing is changed.',
    )
    .addOption(
      new Option('--since <duration>', 'reversals that ended within this time')
        .argParser(length)
        .default(24 * HOUR_MS, '24h'),
    )
    .option('--rate <n>', 'looks per second, never exceeded (default: 5)', ratePerSecond)
    .option('--json', 'print one JSON object: the report')
    .addHelpText(
      'after',
      `
Example:
  $ unwind audit --since 24h
The report: { "since", "looked", "contradicted", "open", "withoutWorkflow", "failed", "notBegun", "notChecked", "more" }
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
  const { contradicted, withoutWorkflow, failed = [], notBegun = [] } = report;
  const found = [contradicted, withoutWorkflow, failed, notBegun].some((list) => list.length > 0);
  process.exitCode = found ? EXIT.failed : EXIT.ok;
}

async function audit(session: Session, input: AuditInput): Promise<AuditReport | undefined> {
  const { auditProgressQuery } = await import('../protocol/audit.ts');
  return follow<AuditInput, AuditReport>(session, {
    workflowType: 'auditReversals',
    workflowId: `audit/${new Date().toISOString()}`,
    input,
    progress: auditProgressQuery,
    line: (at) => `${at.looked} looked at, ${at.contradicted.length} contradicted`,
  });
}

function strays(list: readonly Stray[], what: string, advice: string): readonly string[] {
  if (list.length === 0) return [];
  const rows = list.map((found) => [...keyOf(found), found.ledger, found.workflow, found.since]);
  const head = ['PROVIDER', 'ACCOUNT', 'ORDER', 'IN THE LEDGER', 'WORKFLOW', 'SINCE'];
  return [`${list.length} ${what}`, plainTable(head, rows), advice];
}

const keyOf = ({ provider, account, orderId }: OrderKey) => [provider, account, orderId];

function textOf(report: AuditReport): string {
  const { since, looked, open, contradicted, withoutWorkflow, failed = [], notBegun = [], notChecked, more } = report;
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
          'Start them again, with the request that `unwind show --json` prints: every run begins with a look.',
        ]),
    ...strays(
      failed,
      'failed without a conclusion',
      'The failure in the Web UI says why. Start the order again with a request that is right: every run looks first.',
    ),
    ...strays(
      notBegun,
      'due, and begun by no worker that knows the account',
      'Does a worker run that has the account in its configuration? It begins them by itself.',
    ),
    ...(more === 0 ? [] : [`${more} more are not listed.`]),
  ].join('\n');
}
