/** Runs the incidents as real workflows and sets every conclusion against the gateway's money. */
import { RULES, type RulesName } from '../gateways/rules.ts';
import type { FinalAction } from '../reversal/outcome.ts';
import type { RuleOverrides } from '../reversal/overrides.ts';
import type { ReversalInput } from '../reversal/request.ts';
import type { OrderTruth } from '../sandbox/index.ts';
import { behind, type GatewayName } from '../stand/accounts.ts';
import { agrees, blindActs } from '../stand/agreement.ts';
import { faster } from '../stand/speed.ts';
import type { Stand } from '../stand/stand.ts';
import { AMOUNT, type Incident } from './incident.ts';

export interface IncidentResult {
  readonly name: string;
  readonly gateway: GatewayName;
  readonly request: ReversalInput;
  readonly status: string;
  readonly finalAction?: FinalAction;
  readonly stuckReason?: string;
  readonly latePayment?: boolean;
  /** What the gateway's journal says, in minor units. */
  readonly money: { readonly taken: number; readonly returned: number; readonly payable: boolean };
  readonly agrees: boolean;
  readonly calls: number;
  /** The calls themselves, in order. */
  readonly trail: readonly string[];
  /** Why it could not be played to its end. */
  readonly error?: string;
}

/** How much faster than in production the demo's rules run; DaxPay 2.0.8 watches a closed order for an hour. */
const SPEED: Readonly<Record<GatewayName, number>> = {
  'alipay-classic': 40,
  'alipay-v3': 40,
  shouqianba: 25,
  'daxpay-c': 150,
  'daxpay-e': 120,
  'daxpay-f': 40,
};
const CALL_TIMEOUT_MS = 1500;

/** The rules behind a gateway of the stand. */
export function rulesNameOf(gateway: GatewayName): RulesName {
  const { provider } = behind(gateway);
  const name = Object.keys(RULES).find((key) => key === gateway || key === provider);
  if (name === undefined || !(name in RULES)) throw new Error(`no rules for ${gateway}`);
  return name as RulesName;
}

/** The rules of the demo: the real ones, in less time. */
export function demoOverrides(gateway: GatewayName): RuleOverrides {
  const overrides = faster(rulesNameOf(gateway), SPEED[gateway], CALL_TIMEOUT_MS);
  return gateway === 'daxpay-c' ? { ...overrides, permits: { cancel: true } } : overrides;
}

function requestOf({ gateway, request, order }: Incident, orderId: string): ReversalInput {
  const { attemptedMsAgo = order.state === 'absent' ? 60_000 : undefined, ...rest } = request;
  return {
    provider: behind(gateway).provider,
    account: gateway,
    orderId,
    amount: AMOUNT,
    currency: 'CNY',
    reason: 'ambiguous',
    method: 'barcode',
    ...rest,
    ...(attemptedMsAgo !== undefined && { attemptedAt: new Date(Date.now() - attemptedMsAgo).toISOString() }),
  };
}

const POLL_MS = 200;
/** The longest incident at the demo's speed ends well before. */
const PATIENCE_MS = 120_000;

/** Waits until the reversal has ended or is stuck; resubmits it once when it is stuck and can be mended. */
async function settled(stand: Stand, incident: Incident, request: ReversalInput) {
  const { system } = behind(incident.gateway);
  let mended = incident.mend === undefined;
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const state = await stand.client.status(request);
    if (state?.status === 'final' || state?.status === 'abandoned') return state;
    if (state?.status === 'stuck' && !mended && incident.mend !== undefined) {
      mended = true;
      stand.sandbox.happen(system, request.orderId, { name: incident.mend.event });
      await stand.client.resubmit(request, { operator: 'demo', reason: `after ${incident.mend.event}` });
    } else if (state?.status === 'stuck' && incident.stuck) return state;
    if (Date.now() > giveUpAt) return state;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function moneyOf(truth: OrderTruth | undefined) {
  return { taken: truth?.taken ?? 0, returned: truth?.returned ?? 0, payable: truth?.payable ?? false };
}

/**
 * Plays one incident from the seeded order to its end.
 *
 * @param orderId unique on this stand
 */
export async function playIncident(stand: Stand, incident: Incident, orderId: string): Promise<IncidentResult> {
  const { system } = behind(incident.gateway);
  stand.sandbox.seed(system, { amount: AMOUNT, ...incident.order, orderId });
  const request = requestOf(incident, orderId);
  await stand.client.reverse(request, { answerWithinMs: 0 });
  const state = await settled(stand, incident, request);
  const log = stand.sandbox.log({ system, orderId });
  const money = moneyOf(stand.sandbox.truth(system, orderId));
  const action = state?.finalAction;
  const concluded =
    action === undefined
      ? incident.stuck === true && state?.status === 'stuck'
      : agrees(action, { amount: AMOUNT, ...money });
  return {
    name: incident.name,
    gateway: incident.gateway,
    request,
    status: state?.status ?? 'unknown',
    ...(action !== undefined && { finalAction: action }),
    ...(state?.stuckReason !== undefined && { stuckReason: state.stuckReason }),
    ...(state?.latePayment && { latePayment: true }),
    money,
    agrees: concluded && blindActs(log).length === 0,
    calls: log.length,
    trail: log.map(({ operation, code, fault }) => `${operation}${fault ? `!${fault}` : ''}${code ? `=${code}` : ''}`),
  };
}
