/** What the suites in a browser share: a server with its Web UI, a stand, and the page of a person on call. */
import { afterAll, beforeAll, vi } from 'vitest';
import { startTemporalServer, type TemporalServer } from '../../src/dev/temporal-server.ts';
import type { OrderTruth } from '../../src/sandbox/index.ts';
import { type Stand, startStand } from '../../src/stand/stand.ts';
import { type Case, newCase, until } from '../workflows/support.ts';
import { timed } from '../workflows/timings.ts';
import { usePage } from './browser.ts';
import { StartForm, UpdateForm } from './forms.ts';
import { WorkflowList } from './list.ts';
import { WorkflowPage } from './workflow.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

/** Fast until it is stuck; then nothing happens by itself before a person has read, typed and pressed. */
const overrides = timed({
  actTimeout: 5000,
  actHorizon: 8000,
  selfCheck: 3_600_000,
  backOff: { slowEvery: 3_600_000 },
});
const RUNBOOK = 'https://docs.example.com/unwind/runbook';

/** For what the page shows a moment later; on a busy machine the moment is long. */
export const SOON = { timeout: 30_000 };

/** A reversal that undoes the payment if there is one, with the same number in every run: it is in the pictures. */
export function reversal(
  nth: number,
  request: Parameters<typeof newCase>[0] = {},
  gateway?: Parameters<typeof newCase>[1],
): Case {
  return newCase({ orderId: `RV202611200000${String(nth).padStart(2, '0')}`, ifPaid: 'reverse', ...request }, gateway);
}

export const idsOf = (cases: readonly Case[]) => cases.map(({ workflowId }) => workflowId).sort();

export interface Operations {
  readonly stand: Stand;
  /** Where the Web UI is. */
  readonly ui: string;
  readonly page: ReturnType<typeof usePage>['page'];
  readonly list: WorkflowList;
  readonly workflow: WorkflowPage;
  readonly update: UpdateForm;
  readonly start: StartForm;
  /** What the gateway itself holds. */
  truthOf(the: Case): OrderTruth;
  /** Waits until the server's index has as many; it comes a moment after the workflows. */
  untilListed(query: string, count: number): Promise<unknown>;
}

/** @param arrange puts orders and reversals there before the browser opens the list */
export function useOperations(arrange: (world: Operations) => Promise<void>): Operations {
  const browser = usePage();
  let up: { readonly server: TemporalServer; readonly stand: Stand; readonly ui: string } | undefined;
  const started = () => {
    if (up === undefined) throw new Error('the stand is up within tests only');
    return up;
  };
  const world: Operations = {
    get stand() {
      return started().stand;
    },
    get ui() {
      return started().ui;
    },
    get page() {
      return browser.page;
    },
    get list() {
      return new WorkflowList(browser.page);
    },
    get workflow() {
      return new WorkflowPage(browser.page);
    },
    get update() {
      return new UpdateForm(browser.page);
    },
    get start() {
      return new StartForm(browser.page);
    },
    truthOf({ order: { orderId } }) {
      const truth = started().stand.sandbox.truth('alipay', orderId);
      if (truth === undefined) throw new Error(`the sandbox has no order ${orderId}`);
      return truth;
    },
    untilListed: (query, count) =>
      until(async () => (await started().stand.temporal.workflow.count(query)).count === count),
  };
  beforeAll(async () => {
    const server = await startTemporalServer({ uiPort: 0 });
    const { address, namespace, uiUrl: ui } = server;
    if (ui === undefined) throw new Error('the server was started with its Web UI');
    const stand = await startStand({
      address,
      namespace,
      gateways: ['alipay-classic', 'alipay-v3'],
      overrides: () => overrides,
      logLevel: 'ERROR',
      runbook: RUNBOOK,
    });
    up = { server, stand, ui };
    await arrange(world);
    await world.list.open(ui);
    await world.list.narrowMenu();
  });
  afterAll(async () => {
    await up?.stand.stop();
    await up?.server.stop();
  });
  return world;
}
