/** Everything that is checked before any business, in the simulator's order. */
import { z } from 'zod';
import type { Operation, SandboxRequest } from '../contract.ts';
import { layer1, type Reply } from './envelope.ts';
import type { Policy } from './policy.ts';
import { readBody } from './requests.ts';
import { readAuthorization, signBody } from './sign.ts';
import type { Terminal, Terminals } from './terminals.ts';

/** The principal of `activate`; its pair never changes. */
export interface Vendor {
  readonly sn: string;
  readonly key: string;
}

export interface Gate {
  readonly terminals: Terminals;
  readonly vendor: Vendor;
  readonly policy: Policy;
}

export type Admitted =
  | { readonly ok: true; readonly body: object; readonly terminal?: Terminal }
  | { readonly ok: false; readonly reply: Reply; readonly authentic: boolean };

function refuse(code: string, message: string, authentic: boolean): Admitted {
  return { ok: false, reply: layer1(code, message), authentic };
}

/** Whether the signature is by whoever may make this call: the vendor for `activate`, the terminal for the rest. */
function isSigned(gate: Gate, operation: Operation, request: SandboxRequest, terminal: Terminal | undefined): boolean {
  const authorization = readAuthorization(request.headers.authorization);
  if (authorization === undefined) return false;
  const { sn, sign } = authorization;
  if (operation !== 'activate') {
    const call = { checkin: operation === 'checkin', body: request.body, sign };
    return terminal !== undefined && gate.terminals.verifies(terminal, call, gate.policy);
  }
  const shown = gate.policy.upperCaseSign ? sign.toLowerCase() : sign;
  return sn === gate.vendor.sn && shown === signBody(request.body, gate.vendor.key);
}

/**
 * Header, serial number and signature over the raw bytes (ILLEGAL_SIGN), JSON object (INVALID_PARAMS), terminal active
 * and the one that signed (INVALID_TERMINAL). The fields come after this, then the business.
 */
export function admit(gate: Gate, operation: Operation, request: SandboxRequest): Admitted {
  const sn = readAuthorization(request.headers.authorization)?.sn ?? '';
  const terminal = operation === 'activate' ? undefined : gate.terminals.find(sn);
  if (!isSigned(gate, operation, request, terminal)) return refuse('ILLEGAL_SIGN', 'illegal sign', false);
  if (request.method !== 'POST') return refuse('INVALID_PARAMS', 'POST only', true);
  const read = z.record(z.string(), z.unknown()).safeParse(readBody(request.body));
  if (!read.success) return refuse('INVALID_PARAMS', 'the body is no JSON object', true);
  if (terminal === undefined) return { ok: true, body: read.data };
  if (!terminal.active || read.data.terminal_sn !== terminal.sn) {
    return refuse('INVALID_TERMINAL', 'invalid terminal', true);
  }
  return { ok: true, body: read.data, terminal };
}
