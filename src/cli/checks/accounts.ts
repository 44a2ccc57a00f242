/** Every account: one look at an order that does not exist. Read-only; no terminal key is renewed on the way. */
import { randomBytes } from 'node:crypto';
import type { OpenAccount } from '../../gateways/accounts.ts';
import { CERTIFICATE_ROTATED, CONTENT_ENCRYPTED } from '../../gateways/alipay/reply.ts';
import type { TerminalKeyStore } from '../../gateways/module.ts';
import type { OrderView } from '../../reversal/order-view.ts';
import { type Check, fail, ok, warn } from './check.ts';

const TIMEOUT_MS = 8000;

const UNKNOWN: Readonly<Record<Extract<OrderView, { kind: 'unknown' }>['why'], string>> = {
  notSent: 'cannot be reached (address, DNS, TLS)',
  timeout: `did not answer within ${TIMEOUT_MS / 1000} s`,
  reset: 'broke the connection',
  http: 'answered with an HTTP status that its contract does not have',
  unreadable: 'answered with something that is not its format: is the endpoint right?',
  unsigned: 'answered without the signature that it owes',
  forged: 'answered with a signature that does not verify: is its public key right?',
  otherOrder: 'answered about another order',
  limited: 'limits our rate',
  gatewayFault: 'says that it has a fault',
  unfamiliar: 'answered with a code that nobody has described',
  stale: 'answered with a signature of another time: a clock is wrong, or old answers are replayed on the way',
  noStatus: 'does not say what became of the order that it names',
};

const REJECTED = {
  signature: 'refuses our signature: is the key the one that belongs to this account?',
  config: 'refuses this account',
  request: 'refuses the parameters',
} as const;

/** Refusals whose cause is known better than their kind tells. */
const CAUSES: Readonly<Record<string, string>> = {
  [CERTIFICATE_ROTATED]:
    'signs with another certificate than `alipayCert`: is it the Alipay certificate, and the newest one?',
  [CONTENT_ENCRYPTED]:
    'encrypts the content of its answers: switch the interface content encryption (AES) of this app off at Alipay',
};

function checkOf(name: string, view: OrderView): Check {
  const evidence = Object.entries(view.evidence ?? {}).map(([key, value]) => `${key} ${value}`);
  const said = evidence.length > 0 ? ` (${evidence.join(', ')})` : '';
  switch (view.kind) {
    case 'absent':
      return ok(name, 'reachable; credentials accepted (a made-up order was correctly "not found")');
    case 'rejected':
      return fail(name, `${CAUSES[view.code] ?? REJECTED[view.why]}${said || ` (${view.code})`}`);
    case 'unknown':
      return (view.why === 'limited' ? warn : fail)(name, `${UNKNOWN[view.why]}${said}`);
    default:
      return warn(name, `shows \`${view.kind}\` for an order that nobody made${said}`);
  }
}

export async function checkAccount(account: OpenAccount): Promise<Check> {
  const name = `account ${account.name}`;
  const missing = await account.missing?.();
  if (missing !== undefined) return fail(name, missing);
  const orderId = `UNWIND${randomBytes(6).toString('hex').toUpperCase()}`;
  const view = await account.gateway.look({ orderId, amount: 1, currency: 'CNY' }, { timeoutMs: TIMEOUT_MS });
  return checkOf(name, view);
}

/**
 * Gives each terminal's key once. A refused signature makes a look recover the key, which starts by asking the store
 * again: that fails here, so that nothing is renewed.
 */
export function readOnly(store: TerminalKeyStore | undefined): TerminalKeyStore {
  const given = new Set<string>();
  const refuse = () => Promise.reject(new Error('the check renews no key'));
  return {
    load(terminalSn) {
      if (given.has(terminalSn)) return refuse();
      given.add(terminalSn);
      return store?.load(terminalSn) ?? Promise.resolve(undefined);
    },
    replace: refuse,
  };
}
