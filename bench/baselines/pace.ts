/** The times of the baselines: those of the rules that Unwind plays by in the same run, compressed alike. */
import { randomOverrides } from '../../src/demo/random/rules.ts';
import { rulesNameOf } from '../../src/demo/run.ts';
import { RULES } from '../../src/gateways/rules.ts';
import { withOverrides } from '../../src/reversal/overrides.ts';
import type { ReversalRequest } from '../../src/reversal/request.ts';
import { MINUTE, SECOND, type Timing } from '../../src/reversal/rules.ts';
import type { GatewayName } from '../../src/stand/accounts.ts';
import type { Pace } from './case.ts';

/** Of Alipay's demo, `query_duration` and `cancel_duration`; Shouqianba asks for five seconds as well. */
const QUERY_EVERY = 5 * SECOND;
const CANCEL_EVERY = 2 * SECOND;
const SWEEP_EVERY = MINUTE;

interface Times {
  readonly pace: Pace;
  readonly timing: Timing;
}

export function timesOf(gateway: GatewayName): Times {
  const overrides = randomOverrides(gateway);
  const { timing } = withOverrides(RULES[rulesNameOf(gateway)], overrides);
  const compressed = (ms: number) => Math.round(ms / (overrides.speed ?? 1));
  const { lookTimeout, actTimeout } = timing;
  const pace = {
    queryEvery: compressed(QUERY_EVERY),
    cancelEvery: compressed(CANCEL_EVERY),
    sweepEvery: compressed(SWEEP_EVERY),
    lookTimeout,
    actTimeout,
  };
  return { pace, timing };
}

/**
 * `own`: when Unwind would send its first act as well, at the order's expiry, the end of a code's life, or after the
 * patience with a barcode. `patient`: not before any payment that is on its way has arrived, which no loop can know.
 */
export type Deadlines = 'own' | 'patient';

export function deadlineOf(
  { method, attemptedAt = Date.now(), expiresAt }: ReversalRequest,
  { codeLife, patience, quiet }: Timing,
  deadlines: Deadlines,
): number {
  const own = expiresAt ?? attemptedAt + (method === 'qr' ? codeLife : patience);
  return deadlines === 'own' ? own : Math.max(own, attemptedAt + Math.max(patience, quiet));
}
