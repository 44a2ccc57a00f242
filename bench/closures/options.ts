/** The command line of `bench -- closures`. */
import { parsed } from '../command-line.ts';
import { positive } from '../fleet/positive.ts';

export interface ClosuresOptions {
  /** Pending closures, those that fall due included. */
  readonly count: number;
  /** Of them fall due within `DUE_WITHIN_MS`. */
  readonly due: number;
  /** Calls a second that the account allows. */
  readonly rateLimit: number;
  /** For how many seconds no worker runs when they fall due; 0: one runs all the time. */
  readonly workerDown: number;
  readonly json: boolean;
}

export const HELP = `Usage: npm run bench -- closures [options]

Schedules many closures of unpaid orders; some fall due within ten seconds, under a rate limit. Tells how fast they were
scheduled, what each costs the server while it is pending, how late the first calls were, and whether any was lost.

  --count <n>        pending closures in all (default 100000)
  --due <n>          of them fall due within ten seconds (default 5000)
  --rate <n>         calls a second that the account allows (default 100)
  --worker-down <s>  no worker runs for so long when they fall due (default 0)
  --json             one JSON object on stdout; progress goes to stderr either way
`;

/** @returns undefined when help was asked for. @throws on anything that is not an option */
export function parseClosuresOptions(args: readonly string[]): ClosuresOptions | undefined {
  const values = parsed(args, {
    count: { type: 'string', default: '100000' },
    due: { type: 'string', default: '5000' },
    rate: { type: 'string', default: '100' },
    'worker-down': { type: 'string', default: '0' },
  });
  if (values === undefined) return undefined;
  const [count, due] = [positive('count', values.count), positive('due', values.due)];
  if (due > count) throw new Error('--due is a part of --count');
  const down = values['worker-down'];
  return {
    count,
    due,
    rateLimit: positive('rate', values.rate),
    workerDown: down === '0' ? 0 : positive('worker-down', down),
    json: values.json,
  };
}
