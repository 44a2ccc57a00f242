import { Stryker } from '@stryker-mutator/core';

const [part, name, mutate] = process.argv.slice(2);
process.env.UNWIND_MUTATION_PART = part;
const t = Date.now();
const r = await new Stryker({
  testRunner: 'in-process',
  plugins: ['./tools/mutation/runner.ts', './tools/mutation/text-for-people.ts'],
  ignorers: ['text-for-people'],
  tsconfigFile: 'tsconfig.stryker-needs-none.json',
  timeoutMS: 60_000,
  maxTestRunnerReuse: 400,
  mutate: mutate.split(',').map((f) => `src/${f}.ts`),
  concurrency: 2,
  coverageAnalysis: 'perTest',
  tempDirName: '.cache/stryker-' + name,
  ignorePatterns: ['bench', 'deploy', 'docs/images', 'docs/examples', 'dist', 'data', '.cache'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  jsonReporter: { fileName: `.cache/mutation/${name}.json` },
  allowConsoleColors: false,
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, allowEmojis: false },
}).runMutationTest();
console.log((Date.now() - t) / 1000, 's', r.length);
