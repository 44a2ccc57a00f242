/** What `npm ci` installs is what was locked: every package has a hash, and none names a host of ours. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

const entry = z.looseObject({ integrity: z.string().optional(), resolved: z.string().optional() });
const lock = z.object({ packages: z.record(z.string(), entry) });

test('every package of the lock file has an integrity hash', () => {
  const { packages } = lock.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
  const { '': _, ...installed } = packages;
  expect(Object.keys(installed).length).toBeGreaterThan(100);
  const without = Object.entries(installed).filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? ''));
  expect(without.map(([name]) => name)).toEqual([]);
  expect(Object.values(installed).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});
