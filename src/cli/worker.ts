/** `unwind worker`: serves the reversals of the configured accounts. */
import type { NativeConnection } from '@temporalio/worker';
import { type Command, Option } from 'commander';
import type { Config } from '../config/index.ts';
import type { Accounts } from '../gateways/accounts.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Deployment } from '../worker/worker.ts';
import { BadInput, CommandFailed, messageOf } from './errors.ts';
import { tell } from './output.ts';
import { type Session, temporalTarget, unreachable, withSession } from './session.ts';
import { interrupted } from './signals.ts';

type Level = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

interface Options {
  readonly setup?: true;
  readonly provider?: readonly string[];
  readonly logLevel: Level;
  readonly deployment?: string;
  readonly buildId?: string;
  readonly pinned?: boolean;
}

const collect = (value: string, before: readonly string[] = []) => [...before, value];

export function addWorker(program: Command): void {
  program
    .command('worker')
    .summary('serve the reversals of the configured accounts')
    .description(
      'Serves the reversals of the accounts in UNWIND_CONFIG (default: unwind.config.yaml), one task queue a gateway. ' +
        'SIGTERM or Ctrl-C finishes the calls in flight, then ends; a second one ends at once.',
    )
    .option('--setup', 'create the search attributes that the namespace lacks')
    .option('--provider <name>', 'serve only this gateway; may be repeated', collect)
    .option('--deployment <name>', 'of all releases: the worker waits until its own is made current on the server')
    .option('--build-id <id>', 'of this release; never used again for other code')
    .option('--pinned', 'its reversals stay with this release; else open ones move to the current one')
    .addOption(
      new Option('--log-level <level>', "of Temporal's log lines on stderr")
        .choices(['DEBUG', 'INFO', 'WARN', 'ERROR'])
        .default('INFO'),
    )
    .addHelpText('after', '\nExample:\n  $ UNWIND_CONFIG=/etc/unwind/unwind.config.yaml unwind worker --setup\n')
    .action(run);
}

/** @throws BadInput when it is given in part */
function deploymentOf({ deployment: name, buildId, pinned = false }: Options): Deployment | undefined {
  if (name !== undefined && buildId !== undefined) return { name, buildId, pinned };
  if (name === undefined && buildId === undefined && !pinned) return undefined;
  throw new BadInput('--deployment and --build-id belong together, and --pinned needs both.');
}

async function run(options: Options): Promise<void> {
  const deployment = deploymentOf(options);
  const { loadConfig } = await import('../config/index.ts');
  const { openLedger } = await import('../ledger/index.ts');
  const { accountsOf } = await import('../gateways/accounts.ts');
  const stopAsked = interrupted();
  const config = loadConfig();
  for (const warning of config.warnings) tell(`Look at this: ${warning}`);
  const ledger = await openLedger(config.ledger).catch((error) => {
    throw new CommandFailed(`The ledger cannot be opened: ${messageOf(error)}`);
  });
  try {
    const accounts = accountsOf(config.openAccounts(ledger.terminalKeys));
    await withSession((session) => prepare(session, { config, accounts, setup: options.setup === true }));
    await serve({ config, ledger, accounts, options, deployment, stopAsked });
  } finally {
    await ledger.close();
  }
}

interface Preparing {
  readonly config: Config;
  readonly accounts: Accounts;
  readonly setup: boolean;
}

/** What a namespace needs before the first reversal. */
async function prepare(session: Session, { config, accounts, setup }: Preparing): Promise<void> {
  const { ensureSearchAttributes, missingSearchAttributes } = await import('../worker/namespace.ts');
  const { ensureKeySchedules, ensureSweepSchedule, ensureWebhookSchedule, SWEEP_SCHEDULE } = await import(
    '../worker/schedules.ts'
  );
  const { connection, namespace, temporal } = session;
  if (setup) {
    const added = await ensureSearchAttributes(connection, namespace);
    if (added.length > 0) tell(`Search attributes created in ${namespace}: ${added.join(', ')}`);
  } else {
    const missing = await missingSearchAttributes(connection, namespace);
    if (missing.length > 0) {
      throw new CommandFailed(
        `The namespace ${namespace} lacks the search attributes ${missing.join(', ')}.\n` +
          '`unwind worker --setup` creates them; on Temporal Cloud they are created in the settings of the namespace.',
      );
    }
  }
  const schedules = [
    ...(await ensureKeySchedules(temporal, accounts)),
    ...(config.webhooks === undefined ? [] : await ensureWebhookSchedule(temporal)),
  ];
  if (schedules.length > 0) tell(`Schedules created: ${schedules.join(', ')}`);
  const sweep = await ensureSweepSchedule(temporal, config.overdue);
  if (sweep !== undefined) tell(`The schedule ${SWEEP_SCHEDULE} ${sweep}`);
}

interface Serving {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly accounts: Accounts;
  readonly options: Options;
  readonly deployment: Deployment | undefined;
  readonly stopAsked: Promise<NodeJS.Signals>;
}

async function serve({ config, ledger, accounts, options, deployment, stopAsked }: Serving): Promise<void> {
  const { createReversalWorkers, installRuntime, workflowBundle } = await import('../worker/worker.ts');
  installRuntime(options.logLevel);
  const target = await temporalTarget();
  const connection = await connect(target);
  const { openOverdueOrders } = await import('../overdue/index.ts');
  const overdue = config.overdue && {
    orders: openOverdueOrders(config.overdue),
    ratePerSecond: config.overdue.ratePerSecond,
  };
  try {
    const bundle = await workflowBundle();
    const { namespace } = target;
    const workers = await createReversalWorkers({
      connection,
      namespace,
      accounts,
      ledger,
      bundle,
      ...(config.runbook !== undefined && { runbook: config.runbook }),
      ...(overdue && { overdue }),
      ...(config.webhooks !== undefined && { webhooks: config.webhooks }),
      ...(config.encryption && { dataConverter: { payloadCodecs: [config.encryption] } }),
      ...(options.provider && { providers: options.provider }),
      ...(deployment && { deployment }),
    });
    const running = workers.run();
    const where = config.ledger.url === undefined ? (config.ledger.dataDir ?? './data') : 'PostgreSQL';
    const served = accounts.list().filter(({ provider }) => workers.providers.includes(provider));
    const names = served.map(({ name, provider }) => `${provider}/${name}`).join(', ');
    tell(`Serving ${names} in namespace ${namespace} at ${target.address}; ledger: ${where}.`);
    if (deployment !== undefined) tell(whatMakesCurrent(deployment));
    const signal = await Promise.race([stopAsked, running]);
    if (signal !== undefined) tell(`${signal}: finishing what runs; a second one ends at once.`);
    workers.shutdown();
    await running;
    tell('Stopped cleanly; running work was finished.');
  } catch (error) {
    // The workers that failed still hold the connection: to close it would hide why they did.
    await connection.close().catch((also: unknown) => tell(`The connection could not be closed: ${messageOf(also)}`));
    throw new CommandFailed(`The worker has ended: ${causeOf(error)}. Start it again when that is mended.`);
  } finally {
    await overdue?.orders.close();
  }
  await connection.close();
}

/** The innermost message: those around it say only that something failed. */
function causeOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? causeOf(error.cause) : messageOf(error);
}

function whatMakesCurrent({ name, buildId }: Deployment): string {
  return (
    `Release ${buildId} of ${name}. It takes no task before it is current:\n` +
    `  temporal worker deployment set-current-version --deployment-name ${name} --build-id ${buildId}`
  );
}

async function connect(target: Awaited<ReturnType<typeof temporalTarget>>): Promise<NativeConnection> {
  const { NativeConnection } = await import('@temporalio/worker');
  return NativeConnection.connect(target.options).catch((error) => {
    throw unreachable(target, error);
  });
}
