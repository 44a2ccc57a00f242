/** `npm run bench`: the speed of whole reversals against a bare workflow, on one server, in one run. */
import { bench } from './bench.ts';
import { HELP, parseOptions } from './options.ts';
import { toJson, toText } from './report.ts';

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(HELP);
  } else {
    const result = await bench(options, (line) => process.stderr.write(`bench: ${line}\n`));
    process.stdout.write(options.json ? `${JSON.stringify(toJson(result))}\n` : `${toText(result)}\n`);
  }
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
