/** The same orders, instants and requests in processes of many zones, and with clocks that are off. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Sandbox, startSandbox, systems } from '../../src/sandbox/index.ts';
import { accountSection, behind, GATEWAYS } from '../../src/stand/accounts.ts';
import type { TimeSetup } from './process.ts';

const ZONES = ['UTC', 'Asia/Shanghai', 'America/New_York', 'Europe/Berlin', 'Pacific/Chatham'];
const ORDER = { orderId: 'ZONES1', amount: 1280, currency: 'CNY' };
const PROCESS = fileURLToPath(new URL('./process.ts', import.meta.url));
const SKEWED_CLOCK = new URL('../../tools/chaos/skewed-clock.ts', import.meta.url).href;
const TEN_MINUTES = 10 * 60_000;

/** Midnights, month ends, a leap day, and the changes of 2026 and 2028 in the zones above. */
const INSTANTS = [
  ...['2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z'], // New York
  ...['2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'], // Berlin
  ...['2026-04-04T14:00:00Z', '2026-09-26T14:00:00Z'], // Chatham
  ...['2026-11-20T15:50:00Z', '2026-11-20T16:00:00Z', '2026-12-31T16:00:00Z', '2027-01-01T00:00:00Z'],
  ...['2028-02-28T16:00:00Z', '2028-02-29T15:49:00Z', '2028-02-29T16:00:00Z', '2027-02-28T16:00:00Z'],
].flatMap((text) => [-3_600_000, -60_000, -1, 0, 1, 60_000, 3_600_000].map((by) => Date.parse(text) + by));

const printed = z.looseObject({
  views: z.record(z.string(), z.looseObject({ kind: z.string(), paidAt: z.number().optional() })),
  daxpay: z.array(z.array(z.unknown())),
  zone: z.string(),
  hour: z.number(),
  clock: z.number(),
});

let sandbox: Sandbox;
let setup: TimeSetup;
const paidAt = Math.floor((Date.now() - 60_000) / 1000) * 1000;

beforeAll(async () => {
  sandbox = await startSandbox({ systems });
  for (const system of new Set(GATEWAYS.map((name) => behind(name).system))) {
    const state = system === 'alipay' || system === 'shouqianba' ? 'PAID' : 'success';
    sandbox.seed(system, { orderId: ORDER.orderId, amount: ORDER.amount, state, paidMsAgo: Date.now() - paidAt });
  }
  setup = {
    gateways: GATEWAYS.map((name) => {
      const { system } = behind(name);
      const credentials = { ...sandbox.system(system).credentials() };
      return {
        name,
        section: { ...accountSection(name, sandbox.url(system), credentials), provider: behind(name).provider },
        credentials,
      };
    }),
    order: ORDER,
    instants: INSTANTS,
  };
});

afterAll(() => sandbox?.stop());

async function printedIn(zone: string, skewMs = 0) {
  const env = { ...process.env, TZ: zone, TIME_SETUP: JSON.stringify(setup), CHAOS_CLOCK_SKEW_MS: String(skewMs) };
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', SKEWED_CLOCK, PROCESS], { env });
  return printed.parse(JSON.parse(stdout));
}

test('every zone sees and sends the same', async () => {
  const runs = [];
  for (const zone of ZONES) runs.push(await printedIn(zone));
  // They did run in their zones.
  expect(runs.map(({ zone }) => zone)).toEqual(ZONES);
  expect(new Set(runs.map(({ hour }) => hour)).size).toBe(ZONES.length);
  const [first, ...others] = runs.map(({ zone: _, hour: __, clock: ___, ...same }) => same);
  for (const other of others) expect(other).toEqual(first);
  for (const [name, view] of Object.entries(first?.views ?? {})) {
    expect([name, view.kind]).toEqual([name, 'paid']);
  }
  // Wall clocks of Beijing on the wire.
  for (const name of ['alipay-classic', 'alipay-v3', 'daxpay-e', 'daxpay-f']) {
    expect([name, Math.abs((first?.views[name]?.paidAt ?? 0) - paidAt) < 2000]).toEqual([name, true]);
  }
  // Without a zone it is the server's wall clock, in whatever form; a process's own zone is nobody's.
  for (const [, read, otherForm] of first?.daxpay ?? []) expect(otherForm).toBe(read);
}, 240_000);

describe.each([
  ['ten minutes ahead', TEN_MINUTES + 5000, 'rejected'],
  ['ten minutes behind', -TEN_MINUTES - 5000, 'unknown'],
])('a clock that is %s', (_, skewMs, c) => {
  test('is refused by every gateway that checks the time, and no look shows anything', {
    timeout: 240_000,
  }, async () => {
    const { views, clock } = await printedIn('Europe/Berlin', skewMs);
    expect(Math.abs(clock - Date.now() - skewMs)).toBeLessThan(60_000);
    const kinds = Object.fromEntries(Object.entries(views).map(([name, { kind }]) => [name, kind]));
    expect(kinds).toEqual({
      'alipay-classic': 'rejected',
      'alipay-v3': 'rejected',
      // Signs no time and checks none: `MD5(body, key)`.
      shouqianba: 'paid',
      // Does not check ours, as shipped (`req_timeout` is off); its signed answer is of another time than ours.
      'daxpay-e': 'unknown',
      // "Expired" is also what a busy server says of good requests: it tells nothing.
      'daxpay-c': c,
      'daxpay-f': 'unknown',
    });
  });
});
