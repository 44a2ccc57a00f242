/** `unwind resubmit`: try again from a fresh look, one reversal or all that are stuck. */
import { type Command, Option } from 'commander';
import { STUCK_REASONS, type StuckReason } from '../reversal/outcome.ts';
import { BadInput, CommandFailed, EXIT, messageOf } from './errors.ts';
import { gate } from './gate.ts';
import { send, takesOperator } from './operators.ts';
import { orderOf, takesOrder } from './order.ts';
import { print, tell } from './output.ts';
import { nameOf } from './requests.ts';
import { type Session, withSession } from './session.ts';

interface Options {
  readonly allStuck?: true;
  readonly reasonCode?: StuckReason;
  readonly provider?: string;
  readonly account?: string;
  readonly operator: string;
  readonly reason: string;
  readonly json?: true;
}

const AT_ONCE = 20;

export function addResubmit(program: Command): void {
  takesOperator(takesOrder(program.command('resubmit')))
    .summary('try again from a fresh look: one reversal, or all that are stuck')
    .description('Tries again from a fresh look at the order, with all tries anew. It never sends a call blindly.')
    .option('--all-stuck', 'every stuck reversal, instead of one order')
    .addOption(new Option('--reason-code <code>', 'only those stuck for it').choices(Object.keys(STUCK_REASONS)))
    .option('--provider <name>', 'only those of this gateway')
    .option('--account <name>', 'only those of this account')
    .option('--json', 'one order: its state; all: one line of JSON each')
    .addHelpText(
      'after',
      `
Examples:
  $ unwind resubmit alipay pos-east RV1 --operator li --reason "asked Alipay"
  $ unwind resubmit --all-stuck --reason-code no-funds --operator li --reason "topped up"\n`,
    )
    .action(run);
}

async function run(
  provider: string | undefined,
  account: string | undefined,
  orderId: string | undefined,
  options: Options,
): Promise<void> {
  const { operator, reason, json, allStuck, reasonCode } = options;
  if (!allStuck) {
    if (reasonCode ?? options.provider ?? options.account) throw new BadInput('Filters go with --all-stuck.');
    const order = orderOf([provider, account, orderId]);
    return send(order, json === true, (client) => client.resubmit(order, { operator, reason }));
  }
  if (provider !== undefined) throw new BadInput('Give one order, or --all-stuck with filters; not both.');
  await withSession((session) => resubmitStuck(session, options));
}

/** By signal: the server keeps it until a worker takes it, so none has to run now. */
async function resubmitStuck({ reversals, temporal }: Session, options: Options): Promise<void> {
  const { resubmitSignal } = await import('../workflows/messages.ts');
  const { operator, reason, reasonCode, provider, account, json } = options;
  const pass = gate(AT_ONCE);
  const sending: Promise<boolean>[] = [];
  const filter = { status: 'stuck' as const, ...(provider && { provider }), ...(account && { account }) };
  for await (const stuck of reversals.list(filter)) {
    if (!stuck.running || (reasonCode !== undefined && stuck.stuckReason !== reasonCode)) continue;
    sending.push(
      pass(async () => {
        try {
          await temporal.workflow.getHandle(stuck.workflowId).signal(resubmitSignal, { operator, reason });
        } catch (error) {
          tell(`${nameOf(stuck)}: ${messageOf(error)}`);
          return false;
        }
        const { orderId, stuckReason = null } = stuck;
        const line = { orderId, provider: stuck.provider, account: stuck.account, stuckReason, resubmitted: true };
        print(json ? JSON.stringify(line) : `${nameOf(stuck)}  ${stuckReason}`);
        return true;
      }),
    );
  }
  const sent = await Promise.all(sending);
  const failed = sent.filter((done) => !done).length;
  tell(`${sent.length - failed} resubmitted${failed > 0 ? `, ${failed} could not be` : ''}.`);
  if (failed > 0) throw new CommandFailed('Not every stuck reversal could be resubmitted.');
  process.exitCode = EXIT.ok;
}
