/** Accounts for the sandbox's gateways, with the keys that the sandbox made at its start. */
import { type OpenAccount, openAccount } from '../gateways/accounts.ts';
import { alipay } from '../gateways/alipay/index.ts';
import { daxpay } from '../gateways/daxpay/index.ts';
import type { GatewayDeps, GatewayModule, TerminalKeyStore } from '../gateways/module.ts';
import { shouqianba } from '../gateways/shouqianba/index.ts';
import type { RuleOverrides } from '../reversal/overrides.ts';
import type { Sandbox } from '../sandbox/index.ts';

/** The gateways of the stand, by the name of their account: a protocol or profile each. */
export const GATEWAYS = ['alipay-classic', 'alipay-v3', 'shouqianba', 'daxpay-c', 'daxpay-e', 'daxpay-f'] as const;
export type GatewayName = (typeof GATEWAYS)[number];

interface Row {
  readonly provider: string;
  /** The sandbox system behind it. */
  readonly system: string;
  section(from: Credentials): Readonly<Record<string, unknown>>;
  open(setup: Setup): OpenAccount;
}

/** What the sandbox system made for its clients; secrets are referred to by their names here. */
type Credentials = Readonly<Record<string, string>>;

interface Setup {
  readonly name: string;
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly terminalKeys: TerminalKeyStore;
  readonly overrides: RuleOverrides;
  readonly rateLimit: number | undefined;
}

function row<Account>(
  module: GatewayModule<Account>,
  system: string,
  section: (credentials: Credentials) => Readonly<Record<string, unknown>>,
): Row {
  return {
    provider: module.provider,
    system,
    section,
    open(setup) {
      const account = module.account.parse({ endpoint: setup.endpoint, ...section(setup.credentials) });
      const deps: GatewayDeps = {
        secret(ref) {
          const value = 'env' in ref ? setup.credentials[ref.env] : undefined;
          if (value === undefined) throw new Error(`The sandbox made no secret for ${JSON.stringify(ref)}`);
          return value;
        },
        now: Date.now,
        terminalKeys: setup.terminalKeys,
      };
      return openAccount({
        module,
        name: setup.name,
        account,
        deps,
        overrides: setup.overrides,
        rateLimit: setup.rateLimit,
      });
    },
  };
}

const env = (name: string) => ({ env: name });
const alipayKeys = { privateKey: env('privateKey'), alipayPublicKey: env('alipayPublicKey') };

const ROWS: Readonly<Record<GatewayName, Row>> = {
  'alipay-classic': row(alipay, 'alipay', ({ appId }) => ({ api: 'classic', appId, ...alipayKeys })),
  'alipay-v3': row(alipay, 'alipay', ({ appId }) => ({ api: 'v3', appId, ...alipayKeys })),
  shouqianba: row(shouqianba, 'shouqianba', ({ terminalSn, deviceId }) => ({
    terminalSn,
    deviceId,
    terminalKey: env('terminalKey'),
    callbackPublicKey: env('callbackPublicKey'),
  })),
  'daxpay-c': row(daxpay, 'daxpay-c', () => ({ profile: 'c', secret: env('secret') })),
  'daxpay-e': row(daxpay, 'daxpay-e', ({ mchNo, appId }) => ({
    profile: 'e',
    mchNo,
    appId,
    secret: env('secret'),
  })),
  'daxpay-f': row(daxpay, 'daxpay-f', ({ mchNo, appId }) => ({
    profile: 'f',
    mchNo,
    appId,
    privateKey: env('privateKey'),
    platformPublicKey: env('platformPublicKey'),
  })),
};

/** The sandbox system and the provider behind a gateway of the stand. */
export function behind(name: GatewayName): { readonly system: string; readonly provider: string } {
  const { system, provider } = ROWS[name];
  return { system, provider };
}

/**
 * The account's section of a configuration, for a sandbox that runs at `endpoint`. Its secrets are references to
 * environment variables of the credentials' names.
 */
export function accountSection(
  name: GatewayName,
  endpoint: string,
  credentials: Credentials,
): Readonly<Record<string, unknown>> {
  const { provider, section } = ROWS[name];
  return { provider, endpoint, ...section(credentials) };
}

export interface StandAccounts {
  readonly sandbox: Sandbox;
  readonly terminalKeys: TerminalKeyStore;
  readonly overrides: (name: GatewayName) => RuleOverrides;
  readonly rateLimit?: number;
}

/** Opens the accounts of these gateways against a running sandbox. */
export function openStandAccounts(gateways: readonly GatewayName[], options: StandAccounts): OpenAccount[] {
  return gateways.map((name) => {
    const { system, open } = ROWS[name];
    return open({
      name,
      endpoint: options.sandbox.url(system),
      credentials: options.sandbox.system(system).credentials(),
      terminalKeys: options.terminalKeys,
      overrides: options.overrides(name),
      rateLimit: options.rateLimit,
    });
  });
}
