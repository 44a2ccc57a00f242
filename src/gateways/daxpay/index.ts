/** DaxPay (dromara/dax-pay) behind the `Gateway` port: wire profiles C (2.0.8), E (3.0.0) and F (DaxPay Open 1.0). */
import { getHashes } from 'node:crypto';
import { placeOf } from '../endpoint.ts';
import type { CallOptions } from '../gateway.ts';
import { plainSecretOf, privateKeyOf, publicKeyOf } from '../keys.ts';
import type { GatewayDeps, GatewayModule, SecretRef } from '../module.ts';
import { type DaxpayAccount, daxpayAccount } from './account.ts';
import { type DaxpayConnection, daxpayGateway } from './client.ts';
import { daxpayNotifications } from './notification.ts';
import { olderThanServed, refusesWrongSignature, type SignatureCheck } from './probe.ts';
import { PROFILES } from './profiles.ts';
import { rsaSigner, type Signer, secretKeySigner } from './sign.ts';

export type { DaxpayAccount } from './account.ts';
export type { SignatureCheck } from './probe.ts';

/** Collects problems, so that a configuration shows all of them at once. */
type Problems = string[];

function read<T>(
  name: string,
  ref: SecretRef,
  deps: GatewayDeps,
  parse: (text: string) => T,
  problems: Problems,
): T | undefined {
  try {
    return parse(deps.secret(ref));
  } catch (error) {
    problems.push(`${name}: ${error instanceof Error ? error.message : 'cannot be read'}`);
    return undefined;
  }
}

function signerOf(
  account: DaxpayAccount,
  deps: GatewayDeps,
  problems: Problems,
  maps: readonly string[],
): Signer | undefined {
  if (account.profile !== 'f') {
    const secret = read('secret', account.secret, deps, (text) => plainSecretOf(text).trim(), problems);
    if (account.signType === 'SM3' && !getHashes().includes('sm3')) {
      problems.push('signType: the OpenSSL of this Node.js has no SM3');
    }
    const { upper } = PROFILES[account.profile];
    return secret === undefined ? undefined : secretKeySigner(account.signType, secret, { upper, maps });
  }
  const privateKey = read('privateKey', account.privateKey, deps, privateKeyOf, problems);
  const platforms = (text: string) => publicKeyOf(text, privateKey);
  const publicKey = read('platformPublicKey', account.platformPublicKey, deps, platforms, problems);
  return privateKey && publicKey && rsaSigner(privateKey, publicKey);
}

/** @param maps members that the server signs as a Java Map: none in answers */
function connect(account: DaxpayAccount, deps: GatewayDeps, maps: readonly string[] = []): DaxpayConnection {
  const problems: Problems = [];
  const signer = signerOf(account, deps, problems, maps);
  if (signer === undefined || problems.length > 0) throw new Error(`DaxPay account: ${problems.join('; ')}`);
  const merchant = account.profile === 'c' ? undefined : account;
  return {
    profile: PROFILES[account.profile],
    endpoint: account.endpoint,
    signer,
    clientIp: account.clientIp,
    mchNo: merchant?.mchNo,
    appId: merchant?.appId,
    // C's times are epoch seconds.
    utcOffsetHours: merchant?.utcOffsetHours ?? 0,
    now: () => deps.now(),
  };
}

export const daxpay: GatewayModule<DaxpayAccount> = {
  provider: 'daxpay',
  account: daxpayAccount,
  /** C knows one platform-wide merchant an installation; E and F scope orders by merchant and application. */
  identity(account) {
    const merchant = account.profile === 'c' ? [] : [account.mchNo, account.appId ?? ''];
    return [placeOf(account.endpoint), ...merchant].join('|');
  },
  open: (account, deps) => daxpayGateway(connect(account, deps)),
  notifications(account, deps) {
    const { signer, mchNo, appId } = connect(account, deps);
    const signers = account.profile === 'e' ? [signer, connect(account, deps, ['data']).signer] : [signer];
    return daxpayNotifications({ signers, mchNo, appId });
  },
  rules: (account) => ({
    name: `daxpay-${account.profile}`,
    permits: { refund: account.refunds, cancel: account.cancel },
  }),
};

/**
 * Whether the server checks our signatures at all: a build whose checks were silently off executed a close with a
 * forged one (spec/daxpay-real-server.md 1). Sends one query for a number that does not exist, deliberately signed wrong.
 *
 * @returns `unknown` when the answer tells neither; throws the same configuration errors as `open`
 */
export async function checksSignatures(
  account: DaxpayAccount,
  deps: GatewayDeps,
  options: CallOptions,
): Promise<SignatureCheck> {
  return refusesWrongSignature(connect(account, deps), options);
}

/**
 * What an answer shows of a server below 2.0.8, whose calls no profile speaks; undefined when nothing does. Sends one
 * query for a number that does not exist.
 *
 * @throws the same configuration errors as `open`
 */
export async function showsOlder(
  account: DaxpayAccount,
  deps: GatewayDeps,
  options: CallOptions,
): Promise<string | undefined> {
  return olderThanServed(connect(account, deps), options);
}
