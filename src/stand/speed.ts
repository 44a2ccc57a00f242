/** The same rules in less time: every duration of a gateway divided, so that a demo or test runs in seconds. */
import { RULES, type RulesName } from '../gateways/rules.ts';
import type { RuleOverrides } from '../reversal/overrides.ts';
import type { Timing } from '../reversal/rules.ts';

/** Deadlines of calls and the age of looks are about this machine and its network, not about the gateway's patience. */
const REAL = { freshness: 1, gap: 1, lookTimeout: 1, actTimeout: 1 } as const;
/** Below this the server's own steps would be longer than the durations. */
const SHORTEST_MS = 50;

/** A gateway's timings, `factor` times as fast; calls get `callTimeoutMs`. */
export function faster(name: RulesName, factor: number, callTimeoutMs: number): RuleOverrides {
  const { timing } = RULES[name];
  const shrink = (ms: number) => (ms === 0 ? 0 : Math.max(SHORTEST_MS, Math.round(ms / factor)));
  const { backOff, watch, ...plain } = timing;
  const shrunk = Object.fromEntries(
    Object.entries(plain).map(([key, ms]) => [key, key in REAL ? ms : shrink(ms)]),
  ) as Omit<Timing, 'backOff' | 'watch'>;
  return {
    timing: {
      ...shrunk,
      lookTimeout: callTimeoutMs,
      actTimeout: callTimeoutMs,
      // A lost call is one that may run after we gave up on it: the horizon cannot be shorter than that.
      actHorizon: Math.max(shrunk.actHorizon, callTimeoutMs + 500),
      watch: watch.map(shrink),
      backOff: {
        first: shrink(backOff.first),
        factor: backOff.factor,
        max: shrink(backOff.max),
        fastFor: shrink(backOff.fastFor),
        slowEvery: shrink(backOff.slowEvery),
        giveUpAfter: shrink(backOff.giveUpAfter),
      },
    },
  };
}
