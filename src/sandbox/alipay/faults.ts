import { z } from 'zod';
import type { BusinessFault } from '../contract.ts';
import type { AlipayOperation } from './operations.ts';
import { type Fields, type Reply, refusal } from './reply.ts';
import { onlyIn, type Protocol, type Shape, shapeNames, shapeSchema } from './shape.ts';

/** What a fault does to one call. */
export interface Plan {
  readonly execute: boolean;
  /** The reply to send in place of the real one. */
  replace(real: Reply, operation: AlipayOperation): Reply;
  readonly shape: Shape;
  /** How far the gateway's clock is ahead. */
  readonly skewMs: number;
}

/** A fault's further switches: any shape, and … */
const withSchema = shapeSchema.extend({
  /** The flag on an error of cancel. Default `N`, for 20000 `absent`. */
  retryFlag: z.enum(['Y', 'N', 'absent']).exactOptional(),
  message: z.string().exactOptional(),
  /** The HTTP status of a v3 error. */
  status: z.int().min(400).max(599).exactOptional(),
  /** `clockSkew`: milliseconds that the gateway's clock is ahead. `signedMsAgo`: that the answer is old. */
  ms: z.int().exactOptional(),
  /** `links`: how. */
  as: z.enum(['array', 'string', 'none']).exactOptional(),
});

const plain: Plan = { execute: true, replace: (real) => real, shape: {}, skewMs: 0 };

/** Codes that an error fault may name outright; `gatewayError:<code>` is for all others. */
const codeNames = /^((ACQ|AQC)\.[A-Z0-9_]+|(isp|aop)\.[A-Za-z0-9._-]+)$/;
const limitedNames: ReadonlySet<string> = new Set(['limited', '40005', '429']);

/**
 * The business faults of Alipay:
 *
 * - `ACQ.<any>`, `AQC.SYSTEM_ERROR`, `isp.unknow-error`, `aop.…`: that error, not executed unless `execute`;
 *   `with.retryFlag`, `with.message`, `with.status`
 * - `40005` or `429`: too many calls; `gatewayError:<code>`, for example `gatewayError:isv.invalid-signature`
 * - `retryFlagY`: 10000 with `retry_flag` `Y`, not executed unless `execute`, then with its action
 * - `unexecuted`: the answer that it would have given, and nothing done
 * - `clockSkew`: `with.ms`
 * - every shape of `shape.ts`, executed unless `execute` is false; further shapes in `with` go with any fault
 *
 * Throws when the fault is none of these, or means nothing in that protocol.
 */
export function planFault(fault: BusinessFault | undefined, protocol: Protocol | undefined): Plan {
  if (fault === undefined) return plain;
  const { name } = fault;
  const { retryFlag, message, status, ms = 0, as, ...shape } = withSchema.parse(fault.with ?? {});
  const execute = (byDefault: boolean): boolean => fault.execute ?? byDefault;
  requireProtocol(Object.keys(shape), protocol);

  if (shapeNames.has(name)) {
    requireProtocol([name], protocol);
    const value = { links: as ?? 'array', signedMsAgo: ms }[name] ?? true;
    const named = shapeSchema.parse({ [name]: value });
    return { ...plain, execute: execute(true), shape: { ...shape, ...named } };
  }
  if (name === 'clockSkew') return { ...plain, shape, skewMs: ms };
  if (name === 'unexecuted') return { ...plain, execute: execute(false), shape };
  if (name === 'retryFlagY') {
    const executed = execute(false);
    return { ...plain, execute: executed, shape, replace: (real) => withRetryFlagY(real, executed) };
  }
  const code = codeOf(name);
  if (code === undefined) throw new Error(`alipay knows no fault ${name}`);
  return {
    ...plain,
    execute: execute(false),
    shape,
    replace(real, operation) {
      const flag = retryFlag ?? (/^(ACQ|AQC)\./.test(code) ? 'N' : 'absent');
      return {
        ...refusal(code, errorFields(real, operation, flag)),
        ...(message !== undefined && { message }),
        ...(status !== undefined && { status }),
        ...(code.endsWith('invalid-app-id') && { unsigned: true }),
      };
    },
  };
}

function codeOf(name: string): string | undefined {
  if (limitedNames.has(name)) return 'isv.app-call-limited';
  const [, gatewayCode] = /^gatewayError:(.+)$/.exec(name) ?? [];
  return gatewayCode ?? (codeNames.test(name) ? name : undefined);
}

/** Of the real answer an error keeps the number it was asked with. */
function errorFields(real: Reply, operation: AlipayOperation, flag: 'Y' | 'N' | 'absent'): Fields {
  return {
    out_trade_no: real.fields.out_trade_no,
    ...(operation === 'cancel' && flag !== 'absent' && { retry_flag: flag }),
  };
}

/** Unfinished, so without the action that it did not take. */
function withRetryFlagY(real: Reply, executed: boolean): Reply {
  const { action, ...rest } = real.fields;
  return { ok: true, fields: { ...rest, ...(executed && { action }), retry_flag: 'Y' } };
}

function requireProtocol(names: readonly string[], protocol: Protocol | undefined): void {
  for (const [name, only] of Object.entries(onlyIn)) {
    if (protocol !== undefined && only !== protocol && names.includes(name)) {
      throw new Error(`the fault ${name} means nothing in the ${protocol} protocol`);
    }
  }
}
