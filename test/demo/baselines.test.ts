/** Random incidents by Unwind and by what is used today, as people start it: one command, one object on stdout. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const TOOL = fileURLToPath(new URL('../../tools/incidents.ts', import.meta.url));
/** Longer than the slowest incident may take, and it stops what it started. */
const PATIENCE_MS = 240_000;
const incidents = async (...args: string[]) => run(process.execPath, [TOOL, ...args], { timeout: PATIENCE_MS });

const totals = {
  count: expect.any(Number),
  wrong: expect.any(Number),
  keptFromPayer: expect.any(Number),
  givenBack: expect.any(Number),
  withoutMoney: expect.any(Number),
  leftPayable: expect.any(Number),
  undecided: expect.any(Number),
  blindActs: expect.any(Number),
  calls: expect.any(Number),
  verdictMs: { p50: expect.any(Number), p95: expect.any(Number) },
};
const compared = {
  total: totals,
  gateways: { shouqianba: totals },
  wrongBecause: expect.any(Object),
  wrongIncidents: expect.any(Array),
  givenBackIncidents: expect.any(Array),
};

describe('npm run incidents', () => {
  it('tells its options', async () => {
    const { stdout } = await incidents('--help');
    expect(stdout).toContain('--baselines');
  });

  it('plays the same incidents with everybody, and Unwind is never wrong', {
    timeout: PATIENCE_MS + 20_000,
  }, async () => {
    const few = ['--seed', '7', '--count', '24', '--gateway', 'shouqianba'];
    const { stdout } = await incidents(...few, '--baselines', '--json');
    const { comparison, ...own } = JSON.parse(stdout);
    expect(own).toMatchObject({ wrong: 0, blindActs: 0, finalActions: expect.any(Object) });
    expect(comparison).toEqual({
      unwind: compared,
      officialLoop: compared,
      patientLoop: compared,
      blindSweep: compared,
      officialLoopDying: compared,
    });
    const { unwind, officialLoop, blindSweep } = comparison;
    expect(unwind).toMatchObject({
      total: { wrong: 0, blindActs: 0, keptFromPayer: 0, withoutMoney: 0, leftPayable: 0 },
    });
    for (const { total } of [officialLoop, blindSweep]) expect(total.count).toBe(own.count);
    // It never looks, so every act of it is blind, and whatever it cancels was not looked at.
    expect(blindSweep.total.blindActs).toBe(blindSweep.total.calls);
  });
});
