/** The same rules in less time, so that a demo or test runs in seconds. */
import { RULES, type RulesName } from '../gateways/rules.ts';
import type { RuleOverrides } from '../reversal/overrides.ts';

/** How long after we gave up on a call the sandbox may still execute it: its delays are up to this. */
const LATE_EXECUTION_MS = 500;

/**
 * A gateway's rules, `speed` times as fast. Deadlines of calls and the age of looks stay what this machine and its
 * network need: a look or act gets `callTimeoutMs`.
 */
export function faster(name: RulesName, speed: number, callTimeoutMs: number): RuleOverrides {
  const { freshness, gap, actHorizon } = RULES[name].timing;
  return {
    speed,
    timing: {
      freshness,
      gap,
      lookTimeout: callTimeoutMs,
      actTimeout: callTimeoutMs,
      actHorizon: Math.max(Math.round(actHorizon / speed), callTimeoutMs + LATE_EXECUTION_MS),
    },
  };
}
