/**
 * `npm test`: every test, or those that the arguments select as with `vitest run`. The last line is
 * `Tests: N passed, M failed`, counted from the results; the exit code is 0 only when nothing failed.
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

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    this.failed += unhandled.length;
    for (const module of modules) {
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

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const totals = new Totals();
try {
  const vitest = await startVitest('test', filter, {
    ...options,
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
process.stdout.write(`${totals}\n`, () => process.exit(totals.failed === 0 ? 0 : 1));
