/** What the configuration's own text tells of an account: its address, and how the DaxPay that answers there is. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { secretReader } from '../../config/secrets.ts';
import { daxpayAccount } from '../../gateways/daxpay/account.ts';
import { checksSignatures, showsOlder } from '../../gateways/daxpay/index.ts';
import { call } from '../../gateways/http.ts';
import { CLOCK_TOLERANCE_MS } from '../../gateways/signed-time.ts';
import { readOnly } from './accounts.ts';
import { type Check, fail, ok, skip, warn } from './check.ts';

const TIMEOUT_MS = 5000;
const shape = z.object({
  accounts: z.record(z.string(), z.looseObject({ provider: z.string(), endpoint: z.string() })),
});

export async function checkEndpoints(file: string): Promise<readonly Check[]> {
  const { accounts } = shape.parse(parse(readFileSync(file, 'utf8')));
  const origins = new Set(Object.values(accounts).map(({ endpoint }) => new URL(endpoint).origin));
  const clocks = [...origins].map(checkClock);
  const servers = Object.entries(accounts)
    .filter(([, { provider }]) => provider === 'daxpay')
    .map(([name, { provider: _, rules: __, rateLimit: ___, ...section }]) => checkDaxpay(name, section, file));
  return (await Promise.all([...clocks, ...servers])).flat();
}

/** By the Date header of any answer, to the second. */
async function checkClock(origin: string): Promise<Check[]> {
  const name = `clock ${new URL(origin).host}`;
  const asked = Date.now();
  const reply = await call({ url: origin, method: 'HEAD', headers: {}, timeoutMs: TIMEOUT_MS });
  if (reply.kind === 'failure') return [skip(name, `no answer: ${reply.why} (${reply.detail})`)];
  const theirs = Date.parse(reply.headers.date ?? '');
  if (Number.isNaN(theirs)) return [skip(name, 'tells no time')];
  const skew = theirs - (asked + Date.now()) / 2;
  const seconds = `${Math.abs(skew / 1000).toFixed(0)} s`;
  if (Math.abs(skew) < CLOCK_TOLERANCE_MS) return [ok(name, `agrees with ours within ${seconds}`)];
  const told = `ours is ${seconds} ${skew > 0 ? 'behind' : 'ahead'}`;
  return [warn(name, `${told}: calls, and signed answers of Alipay v3 and DaxPay, are refused for their time`)];
}

async function checkDaxpay(account: string, section: unknown, file: string): Promise<Check[]> {
  const name = `signatures ${account}`;
  const deps = {
    secret: secretReader(dirname(resolve(file)), process.env),
    now: Date.now,
    terminalKeys: readOnly(undefined),
  };
  const opened = daxpayAccount.parse(section);
  const older = await showsOlder(opened, deps, { timeoutMs: TIMEOUT_MS });
  if (older !== undefined) {
    const what = 'this seems to be a DaxPay below 2.0.8, or another program';
    return [fail(`version ${account}`, `${what}: ${older}. Only 2.0.8 and later are served: update it`)];
  }
  const result = await checksSignatures(opened, deps, { timeoutMs: TIMEOUT_MS });
  if (result === 'refused') return [ok(name, 'a wrong signature is refused')];
  if (result === 'unknown') return [skip(name, 'the answer does not tell whether signatures are checked')];
  return [fail(name, 'this DaxPay accepts a WRONG SIGNATURE: anybody can close and refund orders there')];
}
