/** What the workflow suites share: a stand on a server of its own, orders, and what its logs and histories show. */
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { NativeConnection, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { createActivities, type Overdue } from '../../src/activities/index.ts';
import type { ReversalInput } from '../../src/client.ts';
import { startTemporalServer, type TemporalServer } from '../../src/dev/temporal-server.ts';
import { accountsOf, type OpenAccount } from '../../src/gateways/accounts.ts';
import type { Ledger } from '../../src/ledger/index.ts';
import { taskQueueOf } from '../../src/protocol/start.ts';
import type { RuleOverrides } from '../../src/reversal/overrides.ts';
import type { OrderKey } from '../../src/reversal/request.ts';
import { workflowIdOf } from '../../src/reversal/workflow-id.ts';
import type { LogEntry, OrderSeed } from '../../src/sandbox/index.ts';
import { type GatewayName, openStandAccounts } from '../../src/stand/accounts.ts';
import { type RunningWorkers, type Stand, type StandOptions, startStand } from '../../src/stand/stand.ts';
import type { WebhookSettings } from '../../src/webhooks/settings.ts';
import { createReversalWorkers, type Deployment, workflowBundle } from '../../src/worker.ts';
import { FASTER } from './timings.ts';
import { until } from './until.ts';

export { until } from './until.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 360_000, maxConcurrency: 32 });

export interface World {
  readonly stand: Stand;
  readonly server: TemporalServer;
  /** What the workers wrote to stderr: kept from the report, since gateways are made to fail here. */
  readonly logs: readonly string[];
}

/** A stand of Alipay in both protocols for the suites of a file; the workers run unless it says otherwise. */
export function useStand(options: Partial<Omit<StandOptions, 'address' | 'namespace'>> = {}): World {
  let world: World | undefined;
  const logs: string[] = [];
  beforeAll(async () => {
    vi.spyOn(process.stderr, 'write').mockImplementation((line) => logs.push(String(line)) > 0);
    const server = await startTemporalServer();
    const { address, namespace } = server;
    const stand = await startStand({ gateways: ALIPAY, overrides: () => FASTER, ...options, address, namespace });
    world = { server, stand, logs };
  });
  afterAll(async () => {
    await world?.stand.stop();
    await world?.server.stop();
    vi.restoreAllMocks();
  });
  const up = (): World => {
    if (world === undefined) throw new Error('the stand is up within tests only');
    return world;
  };
  return {
    get stand() {
      return up().stand;
    },
    get server() {
      return up().server;
    },
    logs,
  };
}

/** A request and its order at the sandbox, with a number that nothing else uses. */
export interface Case {
  readonly input: ReversalInput;
  readonly order: OrderKey;
  readonly workflowId: string;
}

export function newCase(request: Partial<ReversalInput> = {}, gateway: GatewayName = 'alipay-v3'): Case {
  const input: ReversalInput = {
    provider: 'alipay',
    account: gateway,
    orderId: `W${randomUUID().replaceAll('-', '').slice(0, 20)}`,
    amount: 1280,
    currency: 'CNY',
    reason: 'ambiguous',
    method: 'barcode',
    attemptedAt: new Date(Date.now() - 1000).toISOString(),
    ...request,
  };
  const { provider, account, orderId } = input;
  const order = { provider, account, orderId };
  return { input, order, workflowId: workflowIdOf(order) };
}

/** Puts the order of a case into the sandbox. */
export function seed(
  world: Pick<World, 'stand'>,
  { order: { orderId }, input }: Case,
  state: string,
  more: Partial<OrderSeed> = {},
) {
  world.stand.sandbox.seed('alipay', { orderId, amount: input.amount, state, ...more });
}

export function callsOf(world: Pick<World, 'stand'>, { order: { orderId } }: Case): readonly LogEntry[] {
  return world.stand.sandbox.log({ system: 'alipay', orderId });
}

/** The calls in their order: `query cancel query`. */
export function operationsOf(world: Pick<World, 'stand'>, the: Case): string {
  return callsOf(world, the)
    .map(({ operation }) => operation)
    .join(' ');
}

/** The same with looks in a row as one: a look may be repeated at will, and is on a busy machine. */
export function stepsOf(world: Pick<World, 'stand'>, the: Case): string {
  return operationsOf(world, the).replaceAll(/query( query)+/g, 'query');
}

export function moneyOf(world: Pick<World, 'stand'>, { order: { orderId } }: Case) {
  const truth = world.stand.sandbox.truth('alipay', orderId);
  return truth && { state: truth.state, taken: truth.taken, returned: truth.returned };
}

const LOOKS: ReadonlySet<string> = new Set(['query', 'refundQuery']);

/** Every act had a look at the order before it, later than the act before, and nothing stood between. */
export function expectNoBlindAct(calls: readonly LogEntry[]): void {
  let lookedAtOrder = false;
  let previous: LogEntry | undefined;
  for (const call of calls) {
    const act = !LOOKS.has(call.operation);
    if (act) {
      const story = calls.map(({ operation }) => operation).join(' ');
      expect(lookedAtOrder, `a look since the last act before ${call.operation} ${call.nth} of ${story}`).toBe(true);
      expect(LOOKS.has(previous?.operation ?? 'nothing'), `a look right before ${call.operation} of ${story}`).toBe(
        true,
      );
      lookedAtOrder = false;
    } else if (call.operation === 'query') lookedAtOrder = true;
    previous = call;
  }
}

/** The last look came after the last act: the conclusion rests on it. */
export function expectConfirmed(calls: readonly LogEntry[]): void {
  expect(calls.findLastIndex(({ operation }) => LOOKS.has(operation))).toBe(calls.length - 1);
}

export function handleOf(world: Pick<World, 'stand'>, { workflowId }: Case): WorkflowHandle {
  return world.stand.temporal.workflow.getHandle(workflowId);
}

export async function historyOf(handle: WorkflowHandle): Promise<temporal.api.history.v1.IHistoryEvent[]> {
  return (await handle.fetchHistory()).events ?? [];
}

/** Waits until the reversal is stuck, for the reason it gives. */
export function untilStuck(world: Pick<World, 'stand'>, { order }: Case): Promise<string> {
  return until(async () => (await stateOf(world, order))?.stuckReason);
}

/** Undefined while no worker has answered. */
export async function stateOf(world: Pick<World, 'stand'>, order: OrderKey) {
  return world.stand.client.status(order).catch(() => undefined);
}

export interface WorkersOptions {
  readonly ledger?: Ledger;
  readonly overrides?: RuleOverrides;
  readonly rateLimit?: number;
  /** Where sweeps read. */
  readonly overdue?: Overdue;
  /** Alipay in both protocols when left out. */
  readonly gateways?: readonly GatewayName[];
  readonly webhooks?: WebhookSettings;
  /** Changes what the workers know of the accounts. */
  readonly accounts?: (accounts: readonly OpenAccount[]) => readonly OpenAccount[];
  /** Another version of the workflows. */
  readonly bundle?: WorkflowBundleOption;
  readonly deployment?: Deployment;
  /** Payloads are plain when left out. */
  readonly payloadCodec?: PayloadCodec;
}

let bundle: ReturnType<typeof workflowBundle> | undefined;

const ALIPAY: readonly GatewayName[] = ['alipay-classic', 'alipay-v3'];

export function accountsOn({ stand }: World, options: WorkersOptions) {
  const { overrides = FASTER, rateLimit, gateways = ALIPAY, accounts: change = (same) => same } = options;
  const accounts = openStandAccounts(gateways, {
    sandbox: stand.sandbox,
    terminalKeys: stand.ledger.terminalKeys,
    overrides: () => overrides,
    ...(rateLimit !== undefined && { rateLimit }),
  });
  return accountsOf(change(accounts));
}

const converterOf = ({ payloadCodec }: WorkersOptions) =>
  payloadCodec && { dataConverter: { payloadCodecs: [payloadCodec] } };

/** Workers of their own for a stand that has none. */
export async function startWorkers(world: World, options: WorkersOptions = {}): Promise<RunningWorkers> {
  const { address, namespace } = world.server;
  const connection = await NativeConnection.connect({ address });
  bundle ??= workflowBundle();
  const workers = await createReversalWorkers({
    connection,
    namespace,
    accounts: accountsOn(world, options),
    ledger: options.ledger ?? world.stand.ledger,
    bundle: options.bundle ?? (await bundle),
    ...(options.deployment && { deployment: options.deployment }),
    ...(options.overdue && { overdue: options.overdue }),
    ...(options.webhooks && { webhooks: options.webhooks }),
    ...converterOf(options),
  });
  const running = workers.run();
  return {
    async stop() {
      workers.shutdown();
      await running;
      await connection.close();
    },
  };
}

/** A worker that takes workflows and looks, and never an act: acts stay in the queue. */
export async function startWorkerWithoutActs(world: World, options: WorkersOptions = {}): Promise<RunningWorkers> {
  const { address, namespace } = world.server;
  const connection = await NativeConnection.connect({ address });
  bundle ??= workflowBundle();
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: taskQueueOf('alipay'),
    workflowBundle: await bundle,
    activities: { ...createActivities({ accounts: accountsOn(world, options), ledger: world.stand.ledger }) },
    enableNonLocalActivities: false,
    ...converterOf(options),
  });
  const running = worker.run();
  return {
    async stop() {
      worker.shutdown();
      await running;
      await connection.close();
    },
  };
}
