/** What `unwind doctor` says of an account, by what a gateway answers to it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkAccount, readOnly } from '../../src/cli/checks/accounts.ts';
import { openAccount } from '../../src/gateways/accounts.ts';
import { daxpay } from '../../src/gateways/daxpay/index.ts';
import { daxpayE } from '../../src/sandbox/daxpay/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';

const SYSTEM = 'daxpay-e';
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ systems: { [SYSTEM]: daxpayE } });
});
afterAll(() => sandbox?.stop());

function withSecret(secret: string) {
  const { mchNo, appId } = sandbox.system(SYSTEM).credentials();
  const account = daxpay.account.parse({
    ...{ endpoint: sandbox.url(SYSTEM), profile: 'e', mchNo, appId, secret: { env: 'SECRET' } },
  });
  const deps = { secret: () => secret, now: Date.now, terminalKeys: readOnly(undefined) };
  return openAccount({ module: daxpay, name: 'web', account, deps });
}

describe('an account of DaxPay', () => {
  it('is well with its own secret', async () => {
    const { secret = '' } = sandbox.system(SYSTEM).credentials();
    expect(await checkAccount(withSecret(secret))).toMatchObject({ name: 'account web', result: 'ok' });
  });

  // Field case 44: the console's own check of the key passes, and every call is refused with 20052.
  it('with a wrong secret is refused, and the line names the code and the key', async () => {
    const { result, detail } = await checkAccount(withSecret('another-secret'));
    expect(result).toBe('fail');
    expect(detail).toContain('20052');
    expect(detail).toContain('refuses our signature: is the key the one that belongs to this account?');
  });
});
