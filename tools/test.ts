/**
 * `npm test`: the tests that every change should meet, in minutes. `npm run test:all`: these and the long ones
 * (`*.long.test.ts`); with `--long` the long ones alone. Any other argument selects tests as with `vitest run`, of either
 * speed. Seconds by folder are printed, and the last line is `Tests: N passed, M failed`, counted from the results; the exit
 * code is 0 only when nothing failed.
 */
import { parseCLI, type Reporter, startVitest, type TestModule } from 'vitest/node';
import { NO_CHROMIUM } from '../test/support/chromium.ts';
import { NO_PYTHON } from '../test/support/python.ts';

/** The only tests that may be skipped on a machine that lacks what they need: where they are, and why. */
const MAY_BE_SKIPPED = [
  { within: '/test/ui/', what: 'tests of the Web UI in a real browser', why: NO_CHROMIUM },
  { within: '/test/docs/integrations', what: 'tests of the Python program', why: NO_PYTHON },
] as const;

/** A file that could not be loaded or set up, and an error outside of any test, count as one failed test each. */
class Totals implements Reporter {
  passed = 0;
  failed = 0;
  readonly skippedIn: string[] = [];
  /** Milliseconds of one process, by file. */
  readonly took = new Map<string, number>();

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    this.failed += unhandled.length;
    for (const module of modules) {
      const { prepareDuration, environmentSetupDuration, setupDuration, collectDuration, duration } =
        module.diagnostic();
      const all = prepareDuration + environmentSetupDuration + setupDuration + collectDuration + duration;
      this.took.set(module.relativeModuleId, all);
      if (module.errors().length > 0) this.failed += 1;
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) this.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') this.passed += 1;
        else if (state === 'skipped') {
          this.skippedIn.push(module.moduleId);
        }
        // A test that never ended, too.
        else this.failed += 1;
      }
    }
  }

  toString(): string {
    const { length } = this.skippedIn;
    const skipped = length > 0 ? `, ${length} skipped` : '';
    return `Tests: ${this.passed} passed, ${this.failed} failed${skipped}`;
  }
}

const SLOWEST = 15;

function seconds(took: Iterable<readonly [name: string, ms: number]>, most: number): string {
  const rows = [...took].sort(([, a], [, b]) => b - a).slice(0, most);
  return rows.map(([name, ms]) => `${(ms / 1000).toFixed(1).padStart(8)}  ${name}`).join('\n');
}

/** Files run side by side: the sum is more than what one waits for. */
function timesOf(took: ReadonlyMap<string, number>): string {
  const folders = new Map<string, number>();
  for (const [file, ms] of took) {
    const folder = file.split('/').slice(0, 2).join('/');
    folders.set(folder, (folders.get(folder) ?? 0) + ms);
  }
  return `\nSeconds by folder:\n${seconds(folders, folders.size)}\nThe slowest files:\n${seconds(took, SLOWEST)}\n`;
}

const SPEEDS: Readonly<Record<string, readonly string[]>> = { '--all': ['quick', 'long'], '--long': ['long'] };
const given = process.argv.slice(2);
const args = given.filter((arg) => !(arg in SPEEDS));
const speeds = given.flatMap((arg) => SPEEDS[arg] ?? []);
const { filter, options } = parseCLI(['vitest', 'run', ...args]);
// Whoever names tests wants them, however long they take.
const isNamed = filter.length > 0 || options.testNamePattern !== undefined;
const project = speeds.length > 0 || isNamed ? speeds : ['quick'];
const totals = new Totals();
try {
  const vitest = await startVitest('test', filter, {
    ...options,
    ...(project.length > 0 && { project: [...project] }),
    watch: false,
    reporters: [...(process.env.GITHUB_ACTIONS ? ['github-actions'] : []), 'default', totals],
  });
  await vitest.close();
} catch (error) {
  console.error(error);
  totals.failed += 1;
}
if (totals.passed + totals.failed === 0) {
  console.error('No test was run.');
  totals.failed += 1;
}
for (const { within, what, why } of MAY_BE_SKIPPED) {
  const count = totals.skippedIn.filter((file) => file.includes(within)).length;
  if (count > 0) console.error(`\nNOT RUN: ${count} ${what}, since ${why}\n`);
}
process.stdout.write(`${timesOf(totals.took)}${totals}\n`, () => process.exit(totals.failed === 0 ? 0 : 1));
