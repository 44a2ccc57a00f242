/** The orders that are open when the gateway goes down: some in every phase of a reversal. */
import type { ReversalInput } from '../../src/client.ts';
import type { Fault, OrderSeed } from '../../src/sandbox/index.ts';
import { behind, type GatewayName } from '../../src/stand/accounts.ts';

/**
 * `watching`: nothing was found, and its code can still be scanned. `inFlight`: its cancel is with the gateway at the
 * instant of the outage; every other one was executed. `new`: started while the gateway is down.
 */
export const PHASES = ['watching', 'inFlight', 'new'] as const;
export type Phase = (typeof PHASES)[number];

export interface Planned {
  readonly phase: Phase;
  readonly order: OrderSeed;
  readonly request: Omit<ReversalInput, 'attemptedAt' | 'expiresAt'>;
}

const AMOUNT = 1280;
/** The worker's slots for activities are a hundred, and the gateways share them by worker, not by process. */
const MAX_IN_FLIGHT = 60;
const MINUTE = 60_000;

/** How the sandbox systems call an order's states. */
const STATES: Readonly<Record<string, { readonly absent: string; readonly unpaid: string; readonly paid: string }>> = {
  alipay: { absent: 'ABSENT', unpaid: 'WAITING', paid: 'PAID' },
  shouqianba: { absent: 'absent', unpaid: 'CREATED', paid: 'PAID' },
};

/** What a new one is, by turns. */
const NEW = [
  { state: 'paid', reason: 'ambiguous', ifPaid: 'keep' },
  { state: 'paid', reason: 'ambiguous', ifPaid: 'reverse' },
  { state: 'unpaid', reason: 'ambiguous', ifPaid: 'keep' },
  { state: 'paid', reason: 'void', ifPaid: 'reverse' },
] as const;

/** The call is held until the outage breaks it off; a worker that gives up earlier would look again. */
const HELD: readonly Fault[] = [
  { operation: 'cancel', wire: 'silentAfter' },
  { operation: 'cancel', wire: 'dropBefore', delayMs: MINUTE },
];

export function planOrders(gateway: GatewayName, count: number): readonly Planned[] {
  const { system, provider } = behind(gateway);
  const states = STATES[system];
  if (states === undefined) throw new Error(`no orders are planned for ${system}`);
  // The end of the day at the gateway is another subject.
  const flags = system === 'shouqianba' ? { otherDay: false } : {};
  const inFlight = Math.min(MAX_IN_FLIGHT, Math.ceil(count / 4));
  const watching = Math.ceil((count - inFlight) / 2);
  return Array.from({ length: count }, (_, index): Planned => {
    const orderId = `O${index}`;
    const base = { provider, account: gateway, orderId, amount: AMOUNT, currency: 'CNY' };
    const made = { orderId, amount: AMOUNT, createdMsAgo: MINUTE, flags };
    if (index < watching) {
      return {
        phase: 'watching',
        order: { ...made, createdMsAgo: 0, state: states.absent },
        request: { ...base, reason: 'ambiguous', method: 'qr' },
      };
    }
    if (index < watching + inFlight) {
      const fault = HELD[index % HELD.length];
      return {
        phase: 'inFlight',
        order: { ...made, state: states.paid, paidMsAgo: MINUTE, ...(fault && { faults: [fault] }) },
        request: { ...base, reason: 'ambiguous', ifPaid: 'reverse', method: 'barcode' },
      };
    }
    const { state, ...how } = NEW[index % NEW.length] ?? NEW[0];
    return {
      phase: 'new',
      order: { ...made, state: states[state], ...(state === 'paid' && { paidMsAgo: MINUTE }) },
      request: { ...base, ...how, method: 'barcode' },
    };
  });
}
