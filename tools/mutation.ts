/**
 * `npm run mutation -- --part reversal`: changes the code in thousands of small ways, one at a time, and asks the tests
 * to notice. Ends with 1 when a change that nobody noticed is not explained in docs/mutation.md, and when less than
 * 90 % were noticed. For a computer with time: no part of CI.
 */
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import type { MutantResult } from '@stryker-mutator/api/core';
import { Stryker } from '@stryker-mutator/core';
import { Command, Option } from 'commander';
import { explainedIn, keyOf, rowOf } from './mutation/explained.ts';
import { mutantLine } from './mutation/mutant-line.ts';
import { PARTS, type Part } from './mutation/parts.ts';

const DOCUMENT = 'docs/mutation.md';
const LEAST = 90;

const program = new Command('mutation')
  .addOption(new Option('--part <name>', 'only this part').choices(Object.keys(PARTS)))
  .option('--file <name>', 'only this file of the part, such as decide.ts')
  .parse();
const { part: only, file: onlyFile } = program.opts<{ part?: string; file?: string }>();

/** One file at a time: instrumented code is several times slower, and the other files need not be. */
function run(name: string, file: string): Promise<MutantResult[]> {
  return new Stryker({
    mutate: [file],
    testRunner: 'in-process',
    plugins: ['./tools/mutation/runner.ts', './tools/mutation/text-for-people.ts'],
    ignorers: ['text-for-people'],
    concurrency: 2,
    // Modules that are loaded anew for a mutant are never forgotten by their process.
    maxTestRunnerReuse: 400,
    // A busy machine must not pass for a loop without end: those are found by counting.
    timeoutMS: 60_000,
    // TypeScript 7 has no programming interface to rewrite a tsconfig with, and Node strips the types by itself.
    tsconfigFile: 'none',
    ignorePatterns: ['.cache', 'bench', 'deploy', 'docs/images', 'docs/examples'],
    tempDirName: `.cache/mutation/${name}-temporary`,
    reporters: ['progress-append-only', 'json'],
    jsonReporter: { fileName: `.cache/mutation/${name}/${basename(file)}.json` },
  }).runMutationTest();
}

async function runPart(name: string, { mutate }: Part): Promise<MutantResult[]> {
  process.env.UNWIND_MUTATION_PART = name;
  const files = globSync([...mutate]).filter((file) => onlyFile === undefined || basename(file) === onlyFile);
  const mutants: MutantResult[] = [];
  for (const file of files.sort()) mutants.push(...(await run(name, file)));
  return mutants;
}

const shareOf = (count: number, of: number) => (of === 0 ? 100 : (100 * count) / of);

/** Prints what one part came to; says whether it is as it should be. */
async function judge(name: string, mutants: readonly MutantResult[]): Promise<boolean> {
  const having = (...statuses: MutantResult['status'][]) => mutants.filter(({ status }) => statuses.includes(status));
  const noticed = having('Killed', 'Timeout').length;
  const alive = having('Survived', 'NoCoverage');
  const score = shareOf(noticed, noticed + alive.length);
  const explained = explainedIn(await readFile(DOCUMENT, 'utf8'));
  const unexplained: string[] = [];
  for (const { fileName, location, replacement } of alive) {
    const file = relative('.', fileName);
    const line = mutantLine(await readFile(file, 'utf8'), location, replacement ?? '');
    if (!explained.has(keyOf(file, line))) unexplained.push(rowOf(file, line));
  }
  for (const row of unexplained) console.log(row);
  console.log(
    `${name}: ${score.toFixed(1)} %: of ${noticed + alive.length} mutants ${noticed} noticed ` +
      `(${having('Timeout').length} by a loop that did not end), ${alive.length} not, ${unexplained.length} of them ` +
      `unexplained; ${having('Ignored').length} are text for people, ${having('RuntimeError').length} cannot be loaded`,
  );
  return score >= LEAST && unexplained.length === 0;
}

let good = true;
for (const [name, part] of Object.entries(PARTS)) {
  if (only !== undefined && only !== name) continue;
  if (!(await judge(name, await runPart(name, part)))) good = false;
}
process.exitCode = good ? 0 : 1;
