/**
 * `npm test`: every test, or those that the arguments select as with `vitest run`. The last line is
 * `Tests: N passed, M failed`, counted from the results; the exit code is 0 only when nothing failed.
 */
import { parseCLI, type Reporter, startVitest, type TestModule } from 'vitest/node';
import { NO_CHROMIUM } from '../test/support/chromium.ts';

/** The only tests that may be skipped on a machine that lacks what they need. */
const IN_A_BROWSER = '/test/ui/';

/** A file that could not be loaded or set up, and an error outside of any test, count as one failed test each. */
class Totals implements Reporter {
  passed = 0;
  failed = 0;
  skipped = 0;
  withoutBrowser = 0;

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    this.failed += unhandled.length;
    for (const module of modules) {
      if (module.errors().length > 0) this.failed += 1;
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) this.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') this.passed += 1;
        else if (state === 'skipped') {
          this.skipped += 1;
          if (module.moduleId.includes(IN_A_BROWSER)) this.withoutBrowser += 1;
        }
        // A test that never ended, too.
        else this.failed += 1;
      }
    }
  }

  toString(): string {
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : '';
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
if (totals.withoutBrowser > 0) {
  console.error(`\nNOT RUN: ${totals.withoutBrowser} tests of the Web UI in a real browser, since ${NO_CHROMIUM}\n`);
}
process.stdout.write(`${totals}\n`, () => process.exit(totals.failed === 0 ? 0 : 1));
