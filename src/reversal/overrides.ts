/** What an account may change about its gateway's rules: every duration, the permits, and nothing else. */
import type { BackOff, Permits, Rules, Timing, Window } from './rules.ts';

/** JSON that travels to the workflow: milliseconds, only what differs. */
export interface RuleOverrides {
  readonly timing?: Partial<Omit<Timing, 'backOff'>> & { readonly backOff?: Partial<BackOff> };
  readonly permits?: Partial<Permits>;
  /** The age at which cancel's window ends, where that window is an age. */
  readonly cancelWindow?: number;
}

function withWindow(window: Window | undefined, max: number | undefined): Window | undefined {
  return window?.kind === 'age' && max !== undefined ? { ...window, max } : window;
}

/** The gateway's rules with an account's overrides. */
export function withOverrides(rules: Rules, overrides: RuleOverrides): Rules {
  const { backOff, ...timing } = overrides.timing ?? {};
  const cancel = withWindow(rules.windows.cancel, overrides.cancelWindow);
  return {
    ...rules,
    timing: { ...rules.timing, ...timing, backOff: { ...rules.timing.backOff, ...backOff } },
    permits: { ...rules.permits, ...overrides.permits },
    windows: { ...rules.windows, ...(cancel && { cancel }) },
  };
}
