import type { SandboxAnswer } from '../contract.ts';
import type { AlipayOperation } from './operations.ts';
import type { AlipayOptions } from './options.ts';
import type { Reply } from './reply.ts';
import type { Protocol, Shape } from './shape.ts';

/** What the checks of a request need to know of the gateway. */
export interface GateContext {
  readonly options: AlipayOptions;
  /** The gateway's clock. */
  now(): number;
  readonly usedNonces: Set<string>;
}

export interface Rendered extends SandboxAnswer {
  readonly code: string;
}

/** One request, in either protocol. */
export interface Call {
  readonly protocol: Protocol;
  readonly operation: AlipayOperation | undefined;
  /** The business parameters; nothing when they are no JSON object. */
  readonly params: Readonly<Record<string, unknown>> | undefined;
  /** The checks up to the signature, in their order: the first that fails. */
  authenticate(context: GateContext): Reply | undefined;
  /** The checks after it, before the business. */
  admit(context: GateContext): Reply | undefined;
  render(reply: Reply, shape: Shape): Rendered;
}

export type Check = (context: GateContext) => Reply | undefined;

/** The first refusal of a list of checks. */
export function firstRefusal(checks: readonly Check[], context: GateContext): Reply | undefined {
  for (const check of checks) {
    const refused = check(context);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** A JSON object's members; nothing for any other text. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value));
  } catch {
    return undefined;
  }
}

/** The parameters of a request's query. */
export function queryOf(target: string): URLSearchParams {
  const at = target.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : target.slice(at + 1));
}
