/**
 * `npm run api-fuzz`: the API under an independent fuzzer of the document that it serves, over loopback. The fuzzer is
 * schemathesis, from PyPI; it is installed into a folder of its own at the first run.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { positive } from '../src/cli/options.ts';
import { openPlant } from './api-load/plant.ts';

const VERSION = '4.32.5';
const HOME = join(tmpdir(), `unwind-schemathesis-${VERSION}`);
const SCHEMATHESIS = join(HOME, 'bin', 'schemathesis');
/** Every answer is one of the document's, nothing is ours that fails, no key is passed over. */
const CHECKS = [
  ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance', 'response_schema_conformance'],
  ...['response_headers_conformance', 'unsupported_method', 'ignored_auth'],
];

const program = new Command('npm run api-fuzz --')
  .description(
    'Schemathesis sends what the OpenAPI document of `unwind api` allows and what it does not, for so many seconds. ' +
      'Exit code 1 when an answer was a 5xx or outside the document. Needs python3 with venv, and PyPI at the first run.',
  )
  .option('--seconds <n>', 'how long', positive, 600)
  .option('--seed <n>', 'of the random requests', positive, 1)
  .parse();
const { seconds, seed } = program.opts<{ seconds: number; seed: number }>();
const tell = (line: string) => process.stderr.write(`${line}\n`);

async function install(): Promise<void> {
  const run = promisify(execFile);
  const isThere = await access(SCHEMATHESIS).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  tell(`installing schemathesis ${VERSION} into ${HOME}`);
  await run('python3', ['-m', 'venv', HOME]);
  await run(join(HOME, 'bin', 'pip'), ['install', '--quiet', `schemathesis==${VERSION}`]);
}

await install();
const plant = await openPlant(tell);
try {
  const fuzzer = spawn(
    SCHEMATHESIS,
    [
      ...['run', `${plant.base}/openapi.json`, '--header', `Authorization: Bearer ${plant.key}`],
      ...['--checks', CHECKS.join(','), '--continue-on-failure', '--max-examples', '100000'],
      // Slowly: what is asked here is whether answers are right, not how many there can be.
      ...['--phases', 'examples,coverage,fuzzing', '--max-time', String(seconds), '--seed', String(seed)],
      ...['--rate-limit', '20/s', '--workers', '1', '--request-timeout', '30', '--no-color'],
    ],
    // It leaves a cache of what it found where it runs.
    { stdio: 'inherit', cwd: HOME },
  );
  const [code] = await once(fuzzer, 'close');
  process.exitCode = code === 0 ? 0 : 1;
} finally {
  await plant.stop();
}
