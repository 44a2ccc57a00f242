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
started again, PostgreSQL crashes or is slow, connections are cut, gateways answer wrongly or not at all, workers' clocks
are off, the webhooks' receiver fails, and people press every button. Then everything is mended and let finish, people
decide what waits for them, wrongly first, and every conclusion, ledger row, webhook and told verdict is set against the
sandbox's money and its log of requests. Exits with 1 when one of them is not as it must be, or a button had no effect.

The report counts these buttons:
  reset                     Somebody resets a reversal to any of its workflow tasks.
  resetContinued            Somebody resets a run that another one continued, or the one that continued it.
  batchReset                Somebody selects reversals in the list, and one batch operation resets them all.
  terminateAndStart         Somebody terminates a reversal, and starts it again.
  workerWithoutAccount      A worker comes up whose configuration lacks an account, beside one that has it, or alone.
  resubmittedWithoutAccount Somebody resubmits reversals of that account meanwhile.
  closuresWithoutAccount    Closures of that account fall due meanwhile.
  slowLedger                The ledger answers late: to everything, or for up to 15 s to "about to send" alone.
  replayedNotifications     A genuine notification arrives again, up to 20 times at once, late, and after the end.
  replayedAnswers           A look is answered with an older, genuinely signed answer of the same look at the order.
                            Only at gateways that sign the time: Alipay v3, DaxPay.
  unseenLies                Somebody resolves with a lie and says that no look can show it. A look that can refuses it.
  voidWhileGivenUp          Somebody voids a payment while somebody else gives its closure up.

  --seconds <n>  how long things are broken (default 60); the rest takes one to five minutes, and at most twenty
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
