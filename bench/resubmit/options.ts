/** The command line of `bench -- resubmit`. */
import { parsed } from '../command-line.ts';
import { positive } from '../fleet/positive.ts';

export interface ResubmitOptions {
  readonly count: number;
  /** Resubmissions a second that the batch may make. */
  readonly rate: number;
  readonly json: boolean;
}

export const HELP = `Usage: npm run bench -- resubmit [options]

Makes reversals that are stuck since the seller's balance is empty, tops it up, resubmits them all by one batch, and
kills the worker with SIGKILL in the middle of it. Tells how fast the batch was, and whether any was lost.

  --count <n>  stuck reversals (default 5000)
  --rate <n>   resubmissions a second that the batch may make (default 50)
  --json       one JSON object on stdout; progress goes to stderr either way
`;

/** @returns undefined when help was asked for. @throws on anything that is not an option */
export function parseResubmitOptions(args: readonly string[]): ResubmitOptions | undefined {
  const values = parsed(args, {
    count: { type: 'string', default: '5000' },
    rate: { type: 'string', default: '50' },
  });
  if (values === undefined) return undefined;
  return { count: positive('count', values.count), rate: positive('rate', values.rate), json: values.json };
}
