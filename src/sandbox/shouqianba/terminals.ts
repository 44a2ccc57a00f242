/** Terminals and their two keys. */
import { randomBytes, randomInt } from 'node:crypto';
import type { SandboxHost } from '../contract.ts';
import { chinaDay } from './day.ts';
import type { Policy } from './policy.ts';
import { signBody } from './sign.ts';

interface Key {
  readonly value: string;
  readonly since: number;
}

export interface Terminal {
  readonly sn: string;
  active: boolean;
  current: Key;
  /** After two rotations the first key is gone: a client that lost two check-in answers is locked out. */
  previous?: Key;
}

/** Thirty-two lower-case hex characters, as the keys seen in public. */
export function newKey(): string {
  return randomBytes(16).toString('hex');
}

/** A number of so many digits that does not start with zero. */
export function digits(count: number): string {
  return Array.from({ length: count }, (_, at) => String(randomInt(at === 0 ? 1 : 0, 10))).join('');
}

export class Terminals {
  private readonly bySn = new Map<string, Terminal>();
  private readonly host: Pick<SandboxHost, 'now'>;

  constructor(host: Pick<SandboxHost, 'now'>) {
    this.host = host;
  }

  add(sn: string, key: string): Terminal {
    const terminal: Terminal = { sn, active: true, current: { value: key, since: this.host.now() } };
    this.bySn.set(sn, terminal);
    return terminal;
  }

  /** How many there are, the first one included. */
  count(): number {
    return this.bySn.size;
  }

  find(sn: string): Terminal | undefined {
    return this.bySn.get(sn);
  }

  /** Gives a new key; the one before stays as the previous key, the one before that dies. */
  rotate(terminal: Terminal): string {
    terminal.previous = terminal.current;
    terminal.current = { value: newKey(), since: this.host.now() };
    return terminal.current.value;
  }

  /** Whether one of the keys that may open this call made the signature. */
  verifies(terminal: Terminal, call: { checkin: boolean; body: Uint8Array; sign: string }, policy: Policy): boolean {
    const previousOpens = policy.oldKey === 'both' || (policy.oldKey === 'checkinOnly' && call.checkin);
    const keys = [terminal.current, ...(terminal.previous !== undefined && previousOpens ? [terminal.previous] : [])];
    const today = chinaDay(this.host.now());
    const sign = policy.upperCaseSign ? call.sign.toLowerCase() : call.sign;
    return keys
      .filter((key) => call.checkin || !policy.dailyExpiry || chinaDay(key.since) === today)
      .some((key) => signBody(call.body, key.value) === sign);
  }
}
