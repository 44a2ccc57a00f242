/**
 * `npm run bench`: the speed of whole reversals against a bare workflow, on one server, in one run. With a word before
 * the options another scenario.
 */
import { bench } from './bench.ts';
import { HELP as CLOSURES_HELP, parseClosuresOptions } from './closures/options.ts';
import { closuresAreRight, closuresToText } from './closures/result.ts';
import { runClosures } from './closures/run.ts';
import { HELP as OPEN_HELP, parseOpenOptions } from './open/options.ts';
import { openIsRight, openToText } from './open/result.ts';
import { runOpen } from './open/run.ts';
import { HELP, parseOptions } from './options.ts';
import { HELP as OUTAGE_HELP, parseOutageOptions } from './outage/options.ts';
import { outageIsRight, outageToText } from './outage/report.ts';
import { runOutage } from './outage/run.ts';
import { toJson, toText } from './report.ts';
import { parseResubmitOptions, HELP as RESUBMIT_HELP } from './resubmit/options.ts';
import { resubmitIsRight, resubmitToText } from './resubmit/report.ts';
import { runResubmit } from './resubmit/run.ts';

type Log = (line: string) => void;

/** Prints the result; false when something in it must not be. */
type Scenario = (args: readonly string[], log: Log) => Promise<boolean>;

function scenario<Options extends { readonly json: boolean }, Result>(
  parse: (args: readonly string[]) => Options | undefined,
  help: string,
  run: (options: Options, log: Log) => Promise<Result>,
  report: { toJson(result: Result): unknown; toText(result: Result): string; isRight(result: Result): boolean },
): Scenario {
  return async (args, log) => {
    const options = parse(args);
    if (options === undefined) {
      process.stdout.write(help);
      return true;
    }
    const result = await run(options, log);
    const text = options.json ? JSON.stringify(report.toJson(result)) : report.toText(result);
    process.stdout.write(`${text}\n`);
    return report.isRight(result);
  };
}

const SPEED = scenario(parseOptions, HELP, bench, { toJson, toText, isRight: () => true });
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  closures: scenario(parseClosuresOptions, CLOSURES_HELP, runClosures, {
    toJson: (result) => result,
    toText: closuresToText,
    isRight: closuresAreRight,
  }),
  open: scenario(parseOpenOptions, OPEN_HELP, runOpen, {
    toJson: (result) => result,
    toText: openToText,
    isRight: openIsRight,
  }),
  outage: scenario(parseOutageOptions, OUTAGE_HELP, runOutage, {
    toJson: (result) => result,
    toText: outageToText,
    isRight: outageIsRight,
  }),
  resubmit: scenario(parseResubmitOptions, RESUBMIT_HELP, runResubmit, {
    toJson: (result) => result,
    toText: resubmitToText,
    isRight: resubmitIsRight,
  }),
};

try {
  const [word = '', ...rest] = process.argv.slice(2);
  const named = SCENARIOS[word];
  const args = named === undefined ? process.argv.slice(2) : rest;
  const isRight = await (named ?? SPEED)(args, (line) => process.stderr.write(`bench: ${line}\n`));
  if (!isRight) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
