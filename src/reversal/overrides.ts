/** What an account may change about its gateway's rules: every duration, the permits, and nothing else. */
import type { BackOff, Move, Permits, Row, Rules, Timing, Window } from './rules.ts';

/** JSON that travels to the workflow: milliseconds, only what differs. */
export interface RuleOverrides {
  /** Divides every duration, those in the tables too: the same code in less time, for demos and tests. */
  readonly speed?: number;
  /** After `speed`. */
  readonly timing?: Partial<Omit<Timing, 'backOff'>> & { readonly backOff?: Partial<BackOff> };
  readonly permits?: Partial<Permits>;
  /** The age at which cancel's window ends, where that window is an age. */
  readonly cancelWindow?: number;
}

/** Below this the server's own steps would be longer than the durations. */
const SHORTEST_MS = 50;

function shrinkMove(move: Move, shrink: (ms: number) => number): Move {
  if (move.do === 'look') {
    return {
      ...move,
      ...(typeof move.for === 'number' && { for: shrink(move.for) }),
      ...(move.next && { next: shrinkMove(move.next, shrink) }),
    };
  }
  return move.do === 'send' && move.else ? { ...move, else: shrinkMove(move.else, shrink) } : move;
}

function mapValues<K extends string, V, W>(record: { readonly [k in K]: V }, map: (value: V) => W): { [k in K]: W } {
  return Object.fromEntries(Object.entries<V>(record).map(([key, value]) => [key, map(value)])) as { [k in K]: W };
}

function shrinkRow<Key extends string>(row: Row<Key>, shrink: (ms: number) => number): Row<Key> {
  const cells = Object.entries<Move | number>(row).map(([key, cell]) => [
    key,
    typeof cell === 'number' ? shrink(cell) : shrinkMove(cell, shrink),
  ]);
  return Object.fromEntries(cells);
}

/** The same rules with every duration divided; windows stay, since they are the gateway's calendar. */
function withSpeed(rules: Rules, speed: number): Rules {
  const shrink = (ms: number) => (ms === 0 ? 0 : Math.max(SHORTEST_MS, Math.round(ms / speed)));
  const { backOff, watch, ...plain } = rules.timing;
  const { factor, ...pauses } = backOff;
  return {
    ...rules,
    timing: {
      ...mapValues(plain, shrink),
      watch: watch.map(shrink),
      backOff: { ...mapValues(pauses, shrink), factor },
    },
    ...(rules.sync && { sync: { ...rules.sync, repeatAfter: shrink(rules.sync.repeatAfter) } }),
    ...(rules.refundSync && { refundSync: { ...rules.refundSync, after: shrink(rules.refundSync.after) } }),
    before: mapValues(rules.before, (cell) => mapValues(cell, (move) => shrinkMove(move, shrink))),
    afterUndo: mapValues(rules.afterUndo, (row) => shrinkRow(row, shrink)),
    afterClose: mapValues(rules.afterClose, (row) => shrinkRow(row, shrink)),
    afterRefund: mapValues(rules.afterRefund, (row) => shrinkRow(row, shrink)),
  };
}

function withWindow(window: Window | undefined, max: number | undefined): Window | undefined {
  return window?.kind === 'age' && max !== undefined ? { ...window, max } : window;
}

/** The gateway's rules with an account's overrides. */
export function withOverrides(base: Rules, overrides: RuleOverrides): Rules {
  const rules = overrides.speed === undefined ? base : withSpeed(base, overrides.speed);
  const { backOff, ...timing } = overrides.timing ?? {};
  const cancel = withWindow(rules.windows.cancel, overrides.cancelWindow);
  return {
    ...rules,
    timing: { ...rules.timing, ...timing, backOff: { ...rules.timing.backOff, ...backOff } },
    permits: { ...rules.permits, ...overrides.permits },
    windows: { ...rules.windows, ...(cancel && { cancel }) },
  };
}
