/** The command line of chaos. */
import { parseArgs } from 'node:util';
import { positive } from '../../bench/fleet/positive.ts';

export interface ChaosOptions {
  /** For how long things are broken; then everything is mended and let finish. */
  readonly seconds: number;
  readonly seed: number;
  /** Reversals started a second. */
  readonly rate: number;
  readonly json: boolean;
}

export const HELP = `Usage: npm run chaos -- [options]

Plays a steady stream of random incidents over the sandbox gateways with two workers, a Temporal server that keeps its
state in a file, and a ledger in PostgreSQL. Meanwhile, at random moments, workers and server are killed (SIGKILL) and
started again, PostgreSQL crashes, connections are cut, gateways answer wrongly or not at all, workers' clocks are off,
the webhooks' receiver fails, and people press every button. Then everything is mended and let finish, people decide what
waits for them, wrongly first, and every conclusion, ledger row and webhook is set against the sandbox's money and its log
of requests. Exits with 1 when one of them is not as it must be.

  --seconds <n>  how long things are broken (default 60); it takes two to five minutes more in all
  --seed <n>     what happens to the orders, and what is broken in which order (default 1)
  --rate <n>     reversals started a second (default 2)
  --json         one JSON object on stdout; progress goes to stderr either way
`;

/** @returns undefined when help was asked for. @throws on anything that is not an option */
export function parseChaosOptions(args: readonly string[]): ChaosOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      rate: { type: 'string', default: '2' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    seconds: positive('seconds', values.seconds),
    seed: positive('seed', values.seed),
    rate: positive('rate', values.rate),
    json: values.json,
  };
}
