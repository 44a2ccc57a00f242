/** The command line of the benchmark. */
import { parsed } from './command-line.ts';

export interface BenchOptions {
  /** One object on stdout instead of the tables. */
  readonly json: boolean;
  /** How often each side is measured, alternating. */
  readonly pairs: number;
  /** A smoke test: small batches, the tuned server only. The figures mean little. */
  readonly quick: boolean;
  /** Only the tuned server with a gateway that answers at once. */
  readonly main: boolean;
}

export const HELP = `Usage: npm run bench -- [options]
       npm run bench -- outage [options]
       npm run bench -- resubmit [options]

Measures whole reversals of paid orders against a bare workflow of four activities that makes the same calls, on one
server in one run, the two alternating. Takes five minutes on two idle cores, three times that on busy ones, and stops
by itself.

  --pairs <n>  how often each side is measured (default 7)
  --main       only the tuned server with a gateway that answers at once: a third of the time
  --quick      a smoke test of the benchmark itself, two small pairs; its figures mean little
  --json       one JSON object on stdout instead of the tables; progress goes to stderr either way
  --help       this text; after \`outage\` or \`resubmit\` theirs
`;

/** @returns undefined when help was asked for. @throws on anything that is not an option of the benchmark */
export function parseOptions(args: readonly string[]): BenchOptions | undefined {
  const values = parsed(args, {
    pairs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    main: { type: 'boolean', default: false },
  });
  if (values === undefined) return undefined;
  const pairs = Number(values.pairs ?? (values.quick ? 2 : 7));
  if (!Number.isInteger(pairs) || pairs < 1)
    throw new Error(`--pairs must be a whole number from 1, not ${values.pairs}`);
  return { json: values.json, pairs, quick: values.quick, main: values.main };
}
