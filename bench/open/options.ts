/** The command line of `bench -- open`. */
import { parseArgs } from 'node:util';
import { positive } from '../fleet/positive.ts';

export interface OpenOptions {
  /** Open reversals in the end: half stuck, half watching. */
  readonly count: number;
  /** Resubmissions a second that the batch may make. */
  readonly rate: number;
  readonly json: boolean;
}

export const HELP = `Usage: npm run bench -- open [options]

Keeps many reversals open on one worker, every other one stuck (the seller's balance is empty) and the others watching
for a late payment. Tells the memory of server and worker with none, a tenth and all of them open, then ends them all:
the stuck ones by one batch, the others by a late payment. Tells whether any was lost.

  --count <n>  open reversals (default 10000)
  --rate <n>   resubmissions a second that the batch may make (default 100)
  --json       one JSON object on stdout; progress goes to stderr either way
`;

/** @returns undefined when help was asked for. @throws on anything that is not an option */
export function parseOpenOptions(args: readonly string[]): OpenOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: 'string', default: '10000' },
      rate: { type: 'string', default: '100' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return { count: positive('count', values.count), rate: positive('rate', values.rate), json: values.json };
}
