/** Promises that hold only while some durations are longer than others, asked of an account's rules as they are in the end. */
import type { Rules, Timing } from './rules.ts';

type Duration = Exclude<keyof Timing, 'backOff' | 'watch'> | 'backOff.first' | 'backOff.slowEvery';

/** A duration that must be longer than another one (`strictly`), or at least as long, and what breaks when it is not. */
interface Order {
  readonly long: Duration;
  readonly short: Duration;
  readonly strictly: boolean;
  readonly why: string;
}

const ORDERS: readonly Order[] = [
  { long: 'actHorizon', short: 'actTimeout', strictly: true, why: 'a call that we gave up on may still run' },
  { long: 'freshness', short: 'gap', strictly: false, why: 'a look is fresh for at least as long as its gap' },
  {
    long: 'freshness',
    short: 'lookTimeout',
    strictly: false,
    why: 'a slower look would never be fresh enough to act on',
  },
];

/** A pause of nothing would be a loop without an end. */
const POSITIVE: readonly Duration[] = [
  'pollEvery',
  'freshness',
  'gap',
  'selfCheck',
  'lookTimeout',
  'actTimeout',
  'backOff.first',
  'backOff.slowEvery',
];

function durations({ backOff, watch: _, ...plain }: Timing): Readonly<Record<Duration, number>> {
  return { ...plain, 'backOff.first': backOff.first, 'backOff.slowEvery': backOff.slowEvery };
}

/**
 * What is wrong with the durations of an account's rules, each problem with the name of the duration it is about.
 *
 * @param rules the gateway's rules with everything that the account overrides
 */
export function durationProblems(rules: Rules): readonly { readonly at: string; readonly message: string }[] {
  const ms = durations(rules.timing);
  return [
    ...POSITIVE.filter((name) => ms[name] <= 0).map((at) => ({ at, message: 'must be longer than nothing' })),
    ...ORDERS.filter(({ long, short, strictly }) => (strictly ? ms[long] <= ms[short] : ms[long] < ms[short])).map(
      ({ long, short, strictly, why }) => ({
        at: long,
        message:
          `is ${ms[long]} ms in the end, with the gateway's own rules and \`speed\`; it must be ` +
          `${strictly ? 'longer than' : 'at least as long as'} ${short}, which is ${ms[short]} ms: ${why}`,
      }),
    ),
  ];
}
