/** Check-in and activation (spec 1.3, 1.4): lost answers, several processes, a store that fails. */
import { describe, expect, test } from 'vitest';
import { activateTerminal, rotateKeys, shouqianba } from '../../../src/gateways/shouqianba/index.ts';
import { accountAt, depsWith, INITIAL_KEY, md5, ORDER, openAt, SOON, Store, sent, serve, TERMINAL } from './stub.ts';
import { Terminal } from './terminal-stub.ts';

const OPTIONS = { timeoutMs: 2000 };

describe('a terminal whose key is in the store alone', () => {
  const keyless = { terminalKey: undefined };

  test('signs with it', async () => {
    const { url, calls } = await new Terminal('stored').serve();
    const store = new Store({ current: 'stored', rotatedAt: 1 });
    expect(await openAt(url, store, keyless).look(ORDER, SOON)).toMatchObject({ kind: 'paid' });
    expect(calls).toHaveLength(1);
  });

  test('sends nothing while there is none, and says why', async () => {
    const { url, calls } = await new Terminal('stored').serve();
    const gateway = openAt(url, new Store(), keyless);
    const detail = 'NO_TERMINAL_KEY';
    expect(await gateway.look(ORDER, SOON)).toMatchObject({ kind: 'unknown', why: 'notSent', evidence: { detail } });
    expect(await gateway.act('cancel', ORDER, SOON)).toMatchObject({ kind: 'notSent', why: detail });
    expect(calls).toEqual([]);
    const missing = await shouqianba.missing?.(accountAt(url, keyless), depsWith(new Store()));
    expect(missing).toContain(`no key of terminal ${TERMINAL}`);
    expect(await shouqianba.missing?.(accountAt(url), depsWith(new Store()))).toBeUndefined();
  });
});

describe('a check-in', () => {
  test.each([false, true])(
    'stores the new key before its use, with the old one behind it (nested: %s)',
    async (nested) => {
      const terminal = new Terminal(INITIAL_KEY);
      terminal.nested = nested;
      const { url, calls } = await terminal.serve();
      const store = new Store();
      expect(await rotateKeys(accountAt(url), depsWith(store), OPTIONS)).toEqual({ rotated: true });
      expect(sent(calls[0])).toEqual({ terminal_sn: TERMINAL, device_id: 'CNHM0001POS01' });
      expect(store.keys).toEqual({ current: 'key-1', previous: INITIAL_KEY, rotatedAt: 1_795_000_000_000 });
      expect(await rotateKeys(accountAt(url), depsWith(store), OPTIONS)).toEqual({ rotated: true });
      expect(store.keys).toMatchObject({ current: 'key-2', previous: 'key-1' });
    },
  );

  test.each([
    ['an empty key', { terminal_sn: TERMINAL, terminal_key: '' }, 'NO_KEY'],
    ['a null key', { terminal_sn: TERMINAL, terminal_key: null, data: null }, 'NO_KEY'],
    ['no key', {}, 'NO_KEY'],
    ['the key of another terminal', { terminal_sn: '1', terminal_key: 'k' }, 'TERMINAL_SN'],
    ['a refusal', { result_code: 'FAIL', error_code: 'UPAY_TERMINAL_NOT_EXISTS' }, 'UPAY_TERMINAL_NOT_EXISTS'],
    ['a refusal with a key', { result_code: 'FAIL', error_code: 'E', terminal_key: 'k' }, 'refused: E'],
  ])('answered with %s changes nothing', async (_, biz_response, problem) => {
    const { url, calls } = await serve(() => ({ body: { result_code: '200', biz_response } }));
    const store = new Store({ current: 'old', rotatedAt: 1 });
    const result = await rotateKeys(accountAt(url), depsWith(store), OPTIONS);
    expect(result).toEqual({ rotated: false, problem: expect.stringContaining(problem) });
    expect(calls).toHaveLength(1);
    expect(store.written).toEqual([]);
  });

  test('whose answer is lost says so, is not repeated, and the next one works with the same key', async () => {
    const terminal = new Terminal(INITIAL_KEY);
    terminal.lose = 1;
    const { url, calls } = await terminal.serve();
    const store = new Store();
    const lost = await rotateKeys(accountAt(url), depsWith(store), OPTIONS);
    expect(lost).toEqual({ rotated: false, problem: expect.stringContaining('reset') });
    expect(calls).toHaveLength(1);
    expect(await openAt(url, store).look(ORDER, SOON)).toMatchObject({ kind: 'paid' });
    expect(await rotateKeys(accountAt(url), depsWith(store), OPTIONS)).toEqual({ rotated: true });
    expect(store.keys).toMatchObject({ current: 'key-2', previous: INITIAL_KEY });
    expect(await openAt(url, store).look(ORDER, SOON)).toMatchObject({ kind: 'paid' });
  });

  test('that another process did too: neither of the two keys is lost', async () => {
    const terminal = new Terminal('old');
    const { url } = await terminal.serve();
    const store = new Store({ current: 'old', rotatedAt: 1 });
    store.beforeReplace = () => {
      store.keys = { current: 'theirs', previous: 'old', rotatedAt: 2 };
    };
    expect(await rotateKeys(accountAt(url), depsWith(store), OPTIONS)).toEqual({ rotated: true });
    expect(store.keys).toMatchObject({ current: 'key-1', previous: 'theirs' });
  });

  test('whose key cannot be stored keeps it in memory and stores it before asking for another', async () => {
    const terminal = new Terminal('old');
    const { url, calls } = await terminal.serve();
    const store = new Store({ current: 'old', rotatedAt: 1 });
    store.down = 'writes';
    const result = await rotateKeys(accountAt(url), depsWith(store), OPTIONS);
    expect(result).toEqual({ rotated: false, problem: expect.stringContaining('KEY_STORE') });
    store.down = 'no';
    expect(await rotateKeys(accountAt(url), depsWith(store), OPTIONS)).toEqual({ rotated: true });
    expect(store.keys).toMatchObject({ current: 'key-1', previous: 'old' });
    expect(calls).toHaveLength(1);
  });

  test('is not made while the store is down', async () => {
    const { url, calls } = await new Terminal(INITIAL_KEY).serve();
    const store = new Store();
    store.down = 'all';
    const result = await rotateKeys(accountAt(url), depsWith(store), OPTIONS);
    expect(result).toEqual({ rotated: false, problem: expect.stringContaining('KEY_STORE') });
    expect(calls).toEqual([]);
  });
});

describe('an activation', () => {
  const vendor = { vendorSn: '91800999', vendorKey: { env: 'VENDOR_KEY' }, appId: '2026010100000001' };
  const pair = { terminal_sn: TERMINAL, terminal_key: 'activated', merchant_sn: '', store_name: null };

  test('is signed by the vendor, stores the key and does not show it', async () => {
    const { url, calls } = await serve(() => ({ body: { result_code: '200', biz_response: pair } }));
    const store = new Store();
    const names = { clientSn: 'POS01', name: '1号款台' };
    const result = await activateTerminal(accountAt(url, vendor), depsWith(store), '12345678', OPTIONS, names);
    expect(result).toEqual({ activated: true, terminalSn: TERMINAL });
    const [call] = calls;
    expect(call?.path).toBe('/terminal/activate');
    expect(call?.body.toString('utf8')).toBe(
      '{"app_id":"2026010100000001","code":"12345678","device_id":"CNHM0001POS01","client_sn":"POS01","name":"1号款台"}',
    );
    expect(call?.headers.authorization).toBe(`91800999 ${md5(call?.body ?? Buffer.of(), 'vendor-key')}`);
    expect(store.keys).toEqual({ current: 'activated', rotatedAt: 1_795_000_000_000 });
  });

  test('brings a terminal back whose keys are dead', async () => {
    const { url } = await serve(() => ({ body: { result_code: '200', biz_response: pair } }));
    const store = new Store({ current: 'dead', previous: 'dead too', rotatedAt: 1 });
    const result = await activateTerminal(accountAt(url, vendor), depsWith(store), '12345678', OPTIONS);
    expect(result.activated).toBe(true);
    expect(store.keys).toMatchObject({ current: 'activated' });
  });

  test.each([
    ['refused', { result_code: '400', error_code: 'ACTIVATE_FAIL', error_code_standard: 'EJ08' }, 'ACTIVATE_FAIL'],
    ['without a key', { result_code: '200', biz_response: { terminal_sn: TERMINAL } }, 'NO_KEY'],
    ['without a terminal', { result_code: '200', biz_response: { terminal_key: 'k' } }, 'NO_KEY'],
    ['failed at the gateway', { result_code: '500', error_code: 'UNKNOWN_SYSTEM_ERROR' }, 'UNKNOWN_SYSTEM_ERROR'],
  ])('%s: one try, nothing stored', async (_, body, problem) => {
    const { url, calls } = await serve(() => ({ body }));
    const store = new Store();
    const result = await activateTerminal(accountAt(url, vendor), depsWith(store), '12345678', OPTIONS);
    expect(result).toEqual({ activated: false, problem: expect.stringContaining(problem) });
    expect(calls).toHaveLength(1);
    expect(store.written).toEqual([]);
  });

  test.each([
    ['refused', () => ({ body: { result_code: '400', error_code: 'ACTIVATE_FAIL' } }), /used up after few activations/],
    ['lost', () => 'reset' as const, /not known whether the code was used/],
  ])('%s: says what became of the code', async (_, play, words) => {
    const { url } = await serve(play);
    const result = await activateTerminal(accountAt(url, vendor), depsWith(new Store()), '12345678', OPTIONS);
    expect(result).toEqual({ activated: false, problem: expect.stringMatching(words) });
    const nowhere = { ...vendor, endpoint: 'http://127.0.0.1:9' };
    const unsent = await activateTerminal(accountAt(url, nowhere), depsWith(new Store()), '12345678', OPTIONS);
    expect(unsent).toEqual({ activated: false, problem: expect.stringContaining('the code was not used') });
  });

  test('needs a vendor, and a store', async () => {
    const { url, calls } = await serve(() => ({ body: { result_code: '200', biz_response: pair } }));
    const store = new Store();
    const none = await activateTerminal(accountAt(url), depsWith(store), '12345678', OPTIONS);
    expect(none).toMatchObject({ activated: false, problem: expect.stringContaining('vendorSn') });
    expect(calls).toEqual([]);
    store.down = 'writes';
    const lost = await activateTerminal(accountAt(url, vendor), depsWith(store), '12345678', OPTIONS);
    expect(lost).toEqual({ activated: false, terminalSn: TERMINAL, problem: expect.stringContaining('stored') });
  });
});
