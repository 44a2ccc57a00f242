/** `npm test`: every suite by Vitest, and one closing line of its own that CI can count. */
import { startVitest } from 'vitest/node';

const vitest = await startVitest('test', process.argv.slice(2), { run: true, watch: false });
const modules = vitest.state.getTestModules();
let passed = 0;
let failed = 0;
let skipped = 0;
for (const module of modules) {
  const before = failed;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') passed += 1;
    else if (state === 'failed') failed += 1;
    else skipped += 1;
  }
  // A suite that did not load, or whose hooks failed, has no failed test of its own.
  if (module.state() === 'failed' && failed === before) failed += 1;
}
const errors = vitest.state.getUnhandledErrors().length;
failed += errors;
await vitest.close();
const nothing = modules.length === 0;
if (nothing) process.stderr.write('No test matches.\n');
process.stdout.write(`Tests: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exit(failed > 0 || nothing ? 1 : 0);
