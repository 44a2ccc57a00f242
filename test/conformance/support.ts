/** What the parts of the suite share: accounts against a sandbox, order numbers, and answers in words. */
import type { Gateway, OrderRef } from '../../src/gateways/gateway.ts';
import type { TerminalKeyStore, TerminalKeys } from '../../src/gateways/module.ts';
import type { Answer } from '../../src/reversal/answer.ts';
import { viewKeyOf } from '../../src/reversal/keys.ts';
import type { OrderView, RefundView } from '../../src/reversal/order-view.ts';
import type { Sandbox } from '../../src/sandbox/contract.ts';
import { behind, type GatewayName, openStandAccounts } from '../../src/stand/accounts.ts';
import type { CallName } from './gateways/description.ts';

export const AMOUNT = 1280;

const run = Date.now().toString(36).toUpperCase();
let numbers = 0;
/** A number that no other order of this run has, in the characters that every gateway takes. */
export function newOrderId(): string {
  numbers += 1;
  return `CF${run}N${numbers}`;
}

/** A key store in memory: each account of a test has its own. */
function memoryKeys(): TerminalKeyStore {
  const keys = new Map<string, TerminalKeys>();
  return {
    load: async (sn) => keys.get(sn),
    async replace(sn, expected, next) {
      if (keys.get(sn)?.current !== expected) return false;
      keys.set(sn, next);
      return true;
    },
  };
}

export interface Altered {
  /** Another address, or other credentials, than the sandbox gave out. */
  readonly url?: string;
  readonly credentials?: Readonly<Record<string, string>>;
}

/** Opens the gateway's account as the stand does. */
export function openGateway(name: GatewayName, sandbox: Sandbox, altered: Altered = {}): Gateway {
  const seen: Sandbox = {
    ...sandbox,
    url: (system) => altered.url ?? sandbox.url(system),
    system: (system) => ({
      ...sandbox.system(system),
      credentials: () => altered.credentials ?? sandbox.system(system).credentials(),
    }),
  };
  const options = { sandbox: seen, terminalKeys: memoryKeys(), overrides: () => ({}) };
  const [account] = openStandAccounts([name], options);
  if (account === undefined) throw new Error(`no account for ${name}`);
  return account.gateway;
}

/** Makes one call of the port. */
export async function make(
  gateway: Gateway,
  call: CallName,
  order: OrderRef,
  timeoutMs: number,
): Promise<OrderView | RefundView | Answer> {
  const refund = { refundNo: gateway.refundNo(order.orderId), amount: order.amount, reason: 'reversal' };
  switch (call) {
    case 'look':
      return gateway.look(order, { timeoutMs });
    case 'lookAtRefund':
      return gateway.lookAtRefund(order, refund, { timeoutMs });
    case 'refund':
      return gateway.refund(order, refund, { timeoutMs });
    default:
      return gateway.act(call, order, { timeoutMs });
  }
}

type Said = OrderView | RefundView | Answer;

/** In words: `refused tooLate`, `unknown timeout`, `done closed`, `settlingRefund`. */
export function said(what: Said): string {
  switch (what.kind) {
    case 'refused':
    case 'rejected':
      return `${what.kind} ${what.why}`;
    case 'unknown':
      return `unknown ${what.why}`;
    case 'done':
      return 'effect' in what ? `done ${what.effect}` : 'done';
    case 'paid':
    case 'settling':
    case 'faulty':
      return viewKeyOf(what);
    default:
      return what.kind;
  }
}

/** Whether the words claim something that an unreadable or unproven answer cannot claim. */
export const isCertain = (words: string): boolean => !words.startsWith('unknown ');

export const systemOf = (name: GatewayName): string => behind(name).system;
