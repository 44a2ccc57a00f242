/** A worker: polls the queue of every gateway that has an account, and serves workflows and activities. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import {
  DefaultLogger,
  type LogLevel,
  type NativeConnection,
  Runtime,
  type WorkerOptions as SdkWorkerOptions,
  Worker,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import {
  createActivities,
  createAudit,
  createOperations,
  createSweep,
  createWebhooks,
  type Overdue,
} from '../activities/index.ts';
import type { Accounts } from '../gateways/accounts.ts';
import type { Ledger } from '../ledger/index.ts';
import { OPERATIONS_QUEUE, taskQueueOf, WEBHOOKS_QUEUE } from '../protocol/start.ts';
import type { WebhookSettings } from '../webhooks/settings.ts';
import { bundleWorkflows } from './bundle.ts';
import { logLine } from './log-line.ts';

export interface WorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  /** Made once and shared: see `workflowBundle`. */
  readonly bundle: WorkflowBundleOption;
  /** Serves only these gateways; every gateway with an account when left out. */
  readonly providers?: readonly string[];
  /** The address of the published runbook, for the links in the Web UI. */
  readonly runbook?: string;
  /** Where sweeps read overdue orders; without it they wait for a worker that has it. */
  readonly overdue?: Overdue;
  /** Where events are delivered; nobody is told when left out. */
  readonly webhooks?: WebhookSettings;
  /** The release that these workers are, for Temporal's worker versioning; they are unversioned when left out. */
  readonly deployment?: Deployment;
  /** Codecs of payloads, such as `EncryptionCodec`; the same that every client has. Payloads are plain when left out. */
  readonly dataConverter?: Pick<DataConverter, 'payloadCodecs'>;
  /** How the server names these workers' pollers. Default: the process and its host. */
  readonly identity?: string;
}

/** A release of Unwind, as Temporal knows it: it takes tasks once it was made current on the server. */
export interface Deployment {
  /** Of all releases; without a dot. */
  readonly name: string;
  /** Of this one. Never used again for other code. */
  readonly buildId: string;
  /**
   * Its reversals stay with this release for good, and wait when none of its workers is left. False when left out: the
   * open ones move to whatever release is current, as days of a reversal should not keep old code alive.
   */
  readonly pinned?: boolean;
}

/** Workers of one process: one a gateway, and one for what is about many reversals. */
export interface ReversalWorkers {
  readonly providers: readonly string[];
  /** Resolves when all have shut down; rejects when one of them fails, after the others have shut down. */
  run(): Promise<void>;
  /** Takes no new work; what runs is finished within the grace time. */
  shutdown(): void;
}

/** Longer than any gateway's deadline and its activity's margin: a call in flight is finished, not cut. */
const SHUTDOWN_GRACE = '45 seconds';

/** The prebuilt bundle of the package, or one made from the sources; about a second. */
export async function workflowBundle(): Promise<WorkflowBundleOption> {
  const prebuilt = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  if (existsSync(prebuilt)) return { codePath: prebuilt };
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn: console.error, error: console.error };
  const code = await bundleWorkflows(new URL('..', import.meta.url), extension, quiet);
  return { code };
}

let installed = false;

/** Sets the level of the SDK's log lines, on stderr. Once a process, before its first worker or native connection. */
export function installRuntime(level: LogLevel): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: new DefaultLogger(level, (entry) => {
      process.stderr.write(`${logLine(entry, process.stderr.isTTY)}\n`);
    }),
    // Without forwarding, the native part writes its lines to stdout, where results are.
    telemetryOptions: {
      logging: { filter: { core: level === 'ERROR' ? 'ERROR' : 'WARN', other: 'ERROR' }, forward: {} },
    },
    shutdownSignals: [],
  });
}

/** Batches and audits are few at a time; every poller is a connection of the server's. */
const FEW = {
  maxCachedWorkflows: 20,
  maxConcurrentWorkflowTaskExecutions: 4,
  maxConcurrentWorkflowTaskPolls: 2,
  maxConcurrentActivityTaskExecutions: 10,
  maxConcurrentActivityTaskPolls: 2,
} as const;

/** Deliveries wait for a receiver more than they compute; one that is cut off by a shutdown is made again. */
const DELIVERIES = {
  maxCachedWorkflows: 100,
  maxConcurrentWorkflowTaskExecutions: 4,
  maxConcurrentWorkflowTaskPolls: 2,
  maxConcurrentActivityTaskExecutions: 20,
  maxConcurrentActivityTaskPolls: 2,
  shutdownGraceTime: '2 seconds',
} as const;

/** What the gateway allows to all of its accounts together; undefined when one of them is not limited. */
function rateLimitOf(accounts: Accounts, provider: string): number | undefined {
  const limits = accounts.list().flatMap((account) => (account.provider === provider ? [account.rateLimit] : []));
  if (limits.some((limit) => limit === undefined)) return undefined;
  return limits.reduce<number>((sum, limit) => sum + (limit ?? 0), 0);
}

/** @throws with every account that lacks something */
async function nothingMissing(accounts: Accounts, providers: readonly string[]): Promise<void> {
  const served = accounts.list().filter(({ provider }) => providers.includes(provider));
  const missing = await Promise.all(served.map(async (account) => [account.name, await account.missing?.()] as const));
  const problems = missing.flatMap(([name, problem]) =>
    problem === undefined ? [] : [`accounts.${name}: ${problem}`],
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function versioned({ name, buildId, pinned = false }: Deployment): Pick<SdkWorkerOptions, 'workerDeploymentOptions'> {
  return {
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName: name, buildId },
      defaultVersioningBehavior: pinned ? 'PINNED' : 'AUTO_UPGRADE',
    },
  };
}

/**
 * Creates the workers; nothing is polled before `run`.
 *
 * @throws when there is no account to serve, or the ledger lacks what one of them needs
 */
export async function createReversalWorkers(options: WorkerOptions): Promise<ReversalWorkers> {
  const { accounts, ledger, connection, namespace, bundle, runbook, overdue, webhooks } = options;
  const configured = [...new Set(accounts.list().map(({ provider }) => provider))];
  const providers = options.providers ?? configured;
  if (providers.length === 0) throw new Error('The configuration has no account: there is nothing to serve.');
  await nothingMissing(accounts, providers);
  const deps = { accounts, ledger, webhooks: webhooks !== undefined, ...(runbook !== undefined && { runbook }) };
  const activities = { ...createActivities(deps) };
  const sweep = createSweep({ accounts, ledger, overdue });
  const operations = { ...createOperations(), ...createAudit(ledger), ...sweep };
  const create = (taskQueue: string, more: Partial<SdkWorkerOptions>) =>
    Worker.create({
      connection,
      namespace,
      taskQueue,
      workflowBundle: bundle,
      activities,
      shutdownGraceTime: SHUTDOWN_GRACE,
      // How long the next task of a workflow waits for a worker that died with it in its cache. Default 10 seconds.
      stickyQueueScheduleToStartTimeout: '5 seconds',
      ...(options.dataConverter && { dataConverter: options.dataConverter }),
      ...(options.identity !== undefined && { identity: options.identity }),
      ...(options.deployment && versioned(options.deployment)),
      ...more,
    });
  const workers = await Promise.all([
    ...providers.map((provider) => {
      const limit = rateLimitOf(accounts, provider);
      return create(taskQueueOf(provider), limit === undefined ? {} : { maxTaskQueueActivitiesPerSecond: limit });
    }),
    create(OPERATIONS_QUEUE, { activities: operations, ...FEW }),
    ...(webhooks === undefined
      ? []
      : [create(WEBHOOKS_QUEUE, { activities: { ...createWebhooks(ledger, webhooks) }, ...DELIVERIES })]),
  ]);
  const shutdown = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  return {
    providers,
    shutdown,
    async run() {
      const runs = workers.map((worker) =>
        worker.run().catch((error: unknown) => {
          shutdown();
          throw error;
        }),
      );
      const failed = (await Promise.allSettled(runs)).find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}
