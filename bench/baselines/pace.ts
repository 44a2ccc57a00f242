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
 * When a sensible shop stops waiting: no payment can be on its way any more, the code's life is over, and so is the
 * order's own time, whichever is last.
 */
export function deadlineOf(
  { method, attemptedAt = Date.now(), expiresAt }: ReversalRequest,
  { codeLife, patience, quiet }: Timing,
): number {
  const arrived = attemptedAt + Math.max(patience, quiet);
  return Math.max(arrived, expiresAt ?? (method === 'qr' ? attemptedAt + codeLife : 0));
}
