/** A terminal's life: activation, daily check-in, and getting back to a valid key (spec 1.3, 1.4). */
import { z } from 'zod';
import type { UnknownKind } from '../../reversal/order-view.ts';
import type { CallOptions } from '../gateway.ts';
import { plainSecretOf } from '../keys.ts';
import type { GatewayDeps, SecretRef } from '../module.ts';
import type { ShouqianbaAccount } from './account.ts';
import { ILLEGAL_SIGN } from './codes.ts';
import { type Reading, text } from './envelope.ts';
import { type KeyRing, keyRing, NoTerminalKey, type Rotation } from './keys.ts';
import type { Principal } from './sign.ts';
import { post } from './wire.ts';

/**
 * A recovery's check-in has a deadline of its own and outlives the call that needed it: a check-in whose answer is
 * dropped costs one of the two keys, and a look may have only a second.
 */
const RECOVERY_TIMEOUT_MS = 10_000;

const credentials = z.object({ terminal_sn: text, terminal_key: text });

/** The gateway refused the signature (or, EJ26, the shape of the request): not executed. */
export function isIllegalSign(reading: Reading): boolean {
  return reading.kind === 'rejected' && reading.code === ILLEGAL_SIGN;
}

/** The key ring of an account. Reads the secret of its initial key, so it throws when that cannot be read. */
export function ringOf({ terminalSn, terminalKey }: ShouqianbaAccount, deps: GatewayDeps): KeyRing {
  return keyRing(terminalSn, terminalKey && secretText(deps, terminalKey), deps);
}

/**
 * Why the terminal cannot sign yet; undefined when it can.
 *
 * @throws when the store cannot be reached, or the initial key's secret cannot be read
 */
export async function missingKey(account: ShouqianbaAccount, deps: GatewayDeps): Promise<string | undefined> {
  try {
    await ringOf(account, deps).stored();
    return undefined;
  } catch (error) {
    if (error instanceof NoTerminalKey) return error.message;
    throw error;
  }
}

/** A key that is a plain text. Throws with the reference, never the value, when it is none. */
function secretText(deps: GatewayDeps, ref: SecretRef): string {
  const value = deps.secret(ref);
  try {
    return plainSecretOf(value);
  } catch (error) {
    throw new Error(`${JSON.stringify(ref)} ${error instanceof Error ? error.message : 'cannot be read'}`);
  }
}

/** Both shapes in use: the pair in `biz_response` itself (documented, captured) or in its `data` (newer notes). */
function keyIn(reading: Extract<Reading, { kind: 'answer' }>): { terminalSn?: string; key?: string } {
  for (const place of [reading.biz, reading.data]) {
    const found = credentials.safeParse(place);
    if (!found.success || found.data.terminal_key === undefined) continue;
    const { terminal_sn: terminalSn, terminal_key: key } = found.data;
    return terminalSn === undefined ? { key } : { terminalSn, key };
  }
  return {};
}

type NoKey = Extract<Rotation, { kind: 'refused' | 'failed' }>;

const failed = (why: UnknownKind, detail: string): NoKey => ({ kind: 'failed', why, detail });

/** Why an answer to a check-in or an activation gave no key. */
function withoutKey(reading: Reading): NoKey {
  if (reading.kind === 'nothing') return failed(reading.why, reading.detail);
  if (reading.kind === 'fault') return failed('gatewayFault', reading.code);
  if (reading.kind === 'rejected') return { kind: 'refused', code: reading.code };
  if (reading.result === 'FAIL') return { kind: 'refused', code: reading.error ?? reading.result };
  return failed('unreadable', 'NO_KEY');
}

/**
 * One check-in, with the current key and, only when the gateway refuses that one's signature, with the previous.
 *
 * @param seen the current key that made trouble; when the store has another one by now, no check-in is made
 */
async function checkIn(account: ShouqianbaAccount, ring: KeyRing, timeoutMs: number, seen?: string): Promise<Rotation> {
  try {
    const saved = await ring.saveAgain();
    if (saved !== undefined) return saved ? { kind: 'rotated' } : failed('notSent', 'KEY_STORE');
    const { current, previous } = await ring.stored();
    if (seen !== undefined && seen !== current) return { kind: 'changed' };
    const { terminalSn, deviceId, endpoint } = account;
    for (const key of new Set([current, previous || current])) {
      const fields = { terminal_sn: terminalSn, device_id: deviceId };
      const reading = await post(`${endpoint}/terminal/checkin`, { sn: terminalSn, key }, fields, { timeoutMs });
      if (isIllegalSign(reading)) continue;
      const fresh = reading.kind === 'answer' && reading.result !== 'FAIL' ? keyIn(reading) : {};
      if (fresh.key === undefined) return withoutKey(reading);
      if (fresh.terminalSn !== undefined && fresh.terminalSn !== terminalSn) return failed('otherOrder', 'TERMINAL_SN');
      const stored = await ring.save({ key: fresh.key, signedWith: key, instead: current });
      return stored ? { kind: 'rotated' } : failed('notSent', 'KEY_STORE');
    }
    return { kind: 'refused', code: ILLEGAL_SIGN };
  } catch {
    return failed('notSent', 'KEY_STORE');
  }
}

/**
 * After ILLEGAL_SIGN on a call signed with `seen`: makes the stored key a valid one, if that can be done without
 * people. Concurrent recoveries of a terminal in this process share one check-in. Never throws, never repeats.
 */
export async function recoverKey(account: ShouqianbaAccount, ring: KeyRing, seen: string): Promise<Rotation> {
  const keys = await ring.stored().catch(() => undefined);
  if (keys === undefined) return failed('notSent', 'KEY_STORE');
  if (keys.current !== seen) return { kind: 'changed' };
  return ring.single(() => checkIn(account, ring, RECOVERY_TIMEOUT_MS, seen));
}

/** What the operator reads when a rotation brought no new key. */
function problemOf(rotation: NoKey): string {
  if (rotation.kind === 'failed') return `no new key: ${rotation.why} (${rotation.detail})`;
  return rotation.code === ILLEGAL_SIGN
    ? 'both stored keys are refused (ILLEGAL_SIGN): a new activation code is needed'
    : `the check-in is refused: ${rotation.code}`;
}

/**
 * The daily check-in: exchanges the terminal's key and stores the new one, with the old one as its previous, before
 * anything is signed with it. Run it from one schedule a terminal, at a quiet time (spec 1.4, rule 4), and do not
 * repeat it at once: two lost answers in a row leave the terminal without a valid key.
 *
 * @param options `timeoutMs` holds for a check-in; `signal` is not followed, since giving up would lose the answer
 * @returns `rotated` when the store has a new key. Never throws for network, gateway or key store; throws when the
 *   initial key's secret cannot be read
 */
export async function rotateKeys(
  account: ShouqianbaAccount,
  deps: GatewayDeps,
  options: CallOptions,
): Promise<{ rotated: boolean; problem?: string }> {
  const ring = ringOf(account, deps);
  const rotation = await ring.single(() => checkIn(account, ring, options.timeoutMs));
  if (rotation.kind === 'rotated' || rotation.kind === 'changed') return { rotated: true };
  return { rotated: false, problem: problemOf(rotation) };
}

/** What an activation needs; the terminal's own number and key may not exist yet. */
export type ActivationFields = Pick<ShouqianbaAccount, 'endpoint' | 'deviceId' | 'vendorSn' | 'vendorKey' | 'appId'>;

export interface ActivationNames {
  /** The merchant's own number of the terminal, at most 50 characters. */
  readonly clientSn?: string;
  /** At most 128 characters. */
  readonly name?: string;
}

export type Activation =
  | { readonly activated: true; readonly terminalSn: string }
  | { readonly activated: false; readonly problem: string; readonly terminalSn?: string };

/**
 * Turns an activation code into a terminal and stores its key; also the way back when both keys are dead. One try: a
 * code has few uses. The key is never returned.
 *
 * @param code from the vendor, valid for seven days
 */
export async function activateTerminal(
  account: ActivationFields,
  deps: GatewayDeps,
  code: string,
  options: CallOptions,
  names: ActivationNames = {},
): Promise<Activation> {
  const { endpoint, deviceId, vendorSn, vendorKey, appId } = account;
  if (vendorSn === undefined || vendorKey === undefined || appId === undefined) {
    return { activated: false, problem: 'vendorSn, vendorKey and appId are needed to activate a terminal' };
  }
  const vendor: Principal = { sn: vendorSn, key: secretText(deps, vendorKey) };
  const fields = {
    app_id: appId,
    code,
    device_id: deviceId,
    ...(names.clientSn ? { client_sn: names.clientSn } : {}),
    ...(names.name ? { name: names.name } : {}),
  };
  const reading = await post(`${endpoint}/terminal/activate`, vendor, fields, options);
  const { terminalSn, key } = reading.kind === 'answer' && reading.result !== 'FAIL' ? keyIn(reading) : {};
  if (terminalSn === undefined || key === undefined) {
    return { activated: false, problem: `no terminal: ${whyNot(withoutKey(reading))}` };
  }
  const stored = await keyRing(terminalSn, undefined, deps).save({ key, instead: undefined });
  if (stored) return { activated: true, terminalSn };
  const problem = `the gateway has made terminal ${terminalSn}, and its key could not be stored: activate again`;
  return { activated: false, terminalSn, problem };
}

/** Why an activation gave no terminal, and whether its code may count as used. */
function whyNot(none: NoKey): string {
  if (none.kind === 'refused') {
    return `refused, ${none.code}. A code is used up after few activations, valid for seven days, and of one app`;
  }
  const why = `${none.why} (${none.detail})`;
  return none.why === 'notSent'
    ? `${why}: the code was not used`
    : `${why}: it is not known whether the code was used. Try it once more; when it is refused, a new code is needed`;
}
