/** Whole reversals on a real Temporal server with compressed rules: the conclusion against the money. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { startTemporalServer, type TemporalServer } from '../../src/dev/temporal-server.ts';
import type { RulesName } from '../../src/gateways/rules.ts';
import type { Outcome } from '../../src/reversal/outcome.ts';
import type { RuleOverrides } from '../../src/reversal/overrides.ts';
import type { OrderKey } from '../../src/reversal/request.ts';
import { workflowIdOf } from '../../src/reversal/workflow-id.ts';
import { behind, type GatewayName } from '../../src/stand/accounts.ts';
import { agrees, blindActs } from '../../src/stand/agreement.ts';
import { faster } from '../../src/stand/speed.ts';
import { type Stand, startStand } from '../../src/stand/stand.ts';
import { countingFor } from './coverage.ts';
import { MAY_CANCEL } from './gateways/daxpay-scenarios.ts';
import { DESCRIPTIONS } from './gateways/index.ts';
import type { Scenario } from './gateways/scenario.ts';
import { AMOUNT, newOrderId, systemOf } from './support.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000, maxConcurrency: 24 });

/** The sandbox's delays of late executions lie between this and half a second more. */
const CALL_MS = 1500;
/** So that the longest watch or patience of each gateway takes some seconds. */
const SPEEDS: Readonly<Record<GatewayName, { readonly rules: RulesName; readonly speed: number }>> = {
  'alipay-classic': { rules: 'alipay', speed: 200 },
  'alipay-v3': { rules: 'alipay', speed: 200 },
  shouqianba: { rules: 'shouqianba', speed: 100 },
  'daxpay-c': { rules: 'daxpay-c', speed: 600 },
  'daxpay-e': { rules: 'daxpay-e', speed: 200 },
  'daxpay-f': { rules: 'daxpay-f', speed: 200 },
};

/** Patience stays long enough for a second look on a busy machine. */
function compressed(rules: RulesName, speed: number): RuleOverrides {
  const overrides = faster(rules, speed, CALL_MS);
  return { ...overrides, timing: { ...overrides.timing, patience: 3000 } };
}

/** Shouqianba's cancel ends ten minutes before midnight in China: its scenarios would be others then. */
const minuteInChina = Math.floor(Date.now() / 60_000 + 8 * 60) % (24 * 60);
const nearMidnight = minuteInChina >= 23 * 60 + 45 || minuteInChina < 5;

const count = countingFor('conformance end to end');
let server: TemporalServer;
let stand: Stand;

beforeAll(async () => {
  server = await startTemporalServer();
  stand = await startStand({
    address: server.address,
    namespace: server.namespace,
    overrides: (name) => ({
      ...compressed(SPEEDS[name].rules, SPEEDS[name].speed),
      ...(name === MAY_CANCEL && { permits: { cancel: true } }),
    }),
  });
});
afterAll(async () => {
  await stand?.stop();
  await server?.stop();
});

function requestOf(gateway: GatewayName, orderId: string, { asked }: Scenario) {
  const now = Date.now();
  const { attemptedAgo = 0, expiresIn, amountOff = 0, ...intent } = asked;
  return {
    provider: behind(gateway).provider,
    account: gateway,
    orderId,
    amount: AMOUNT + amountOff,
    currency: 'CNY',
    method: 'barcode' as const,
    attemptedAt: new Date(now - attemptedAgo).toISOString(),
    ...(expiresIn !== undefined && { expiresAt: new Date(now + expiresIn).toISOString() }),
    ...intent,
  };
}

type End = { readonly outcome: Outcome } | { readonly stuck: string };

/** The end, or the first reason for which it is stuck that nothing helps against. */
async function endOf(order: OrderKey, { onStuck }: Scenario, help: (event: string) => void): Promise<End> {
  let ended: End | undefined;
  let failure: unknown;
  stand.client.result(order).then(
    (outcome) => {
      ended = { outcome };
    },
    (error: unknown) => {
      failure = error;
    },
  );
  let helped = false;
  for (;;) {
    await sleep(200);
    if (failure !== undefined) throw failure;
    if (ended !== undefined) return ended;
    const stuck = (await stand.client.status(order).catch(() => undefined))?.stuckReason;
    if (stuck === undefined) continue;
    if (onStuck === undefined || stuck !== onStuck.reason) return { stuck };
    if (!helped) help(onStuck.event);
    helped = true;
  }
}

async function play(gateway: GatewayName, scenario: Scenario, expect: typeof import('vitest')['expect']) {
  const system = systemOf(gateway);
  const orderId = newOrderId();
  stand.sandbox.seed(system, { ...scenario.order, orderId, amount: AMOUNT });
  const request = requestOf(gateway, orderId, scenario);
  await stand.client.start(request);
  const end = await endOf(request, scenario, (name) => stand.sandbox.happen(system, orderId, { name }));

  const truth = stand.sandbox.truth(system, orderId);
  const log = stand.sandbox.log({ system, orderId });
  const story = `${log.map(({ operation, fault }) => (fault ? `${operation}!${fault}` : operation)).join(' ')}, then ${
    'stuck' in end ? `stuck ${end.stuck}` : JSON.stringify(end.outcome)
  } and ${JSON.stringify(truth)}`;
  if (truth === undefined) throw new Error(`the sandbox has lost ${orderId}`);
  if ('stuck' in end) {
    await stand.temporal.workflow.getHandle(workflowIdOf(request)).terminate('seen to be stuck');
    expect(scenario.ends, story).toContain(`stuck ${end.stuck}`);
  } else {
    if (end.outcome.kind !== 'final') throw new Error(`abandoned: ${story}`);
    // An answer that a busy machine lost leaves less to know: `reversed` says less than closed or refunded, and the
    // money below says whether it is true.
    const undone = scenario.ends.includes('closed') || scenario.ends.includes('refunded');
    expect(undone ? [...scenario.ends, 'reversed'] : scenario.ends, story).toContain(end.outcome.action);
    expect(agrees(end.outcome.action, truth), story).toBe(true);
    expect(end.outcome.latePayment ?? false, story).toBe(scenario.latePayment ?? false);
  }
  expect(truth.returned, story).toBeLessThanOrEqual(truth.taken);
  expect(blindActs(log), story).toEqual([]);
  for (const [operation, times] of Object.entries(scenario.executed ?? {})) {
    const executed = log.filter((entry) => entry.operation === operation && entry.executed);
    expect(executed.length, `${operation} executed: ${story}`).toBe(times);
  }
  count(gateway, 'scenarios', scenario.name);
}

describe.concurrent.each(DESCRIPTIONS)('$name', ({ name, scenarios }) => {
  for (const scenario of scenarios) {
    const test = name === 'shouqianba' && nearMidnight ? it.skip : it;
    test(scenario.name, ({ expect }) => play(name, scenario, expect));
  }
});
