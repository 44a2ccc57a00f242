import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bench, type Called, said } from './bench.ts';

const DEAD = '400 ILLEGAL_SIGN';
const newKey = (reply: Called): string => String(reply.biz_response?.terminal_key);

/** After so many check-ins, what the initial key still opens. */
async function initialKeyAfter(checkins: number, flags: Record<string, string | boolean>) {
  const sandbox = bench();
  sandbox.seed('A1', 'PAID', flags);
  for (let nth = 0; nth < checkins; nth += 1) sandbox.happen('A1', 'rotateKey');
  const business = said(await sandbox.query('A1'));
  return { business, checkin: (await sandbox.checkin(sandbox.creds.terminalKey)).result_code };
}

describe('keys', () => {
  it.each([
    ['both', 1, 'SUCCESS PAID', '200'],
    ['checkinOnly', 1, DEAD, '200'],
    ['strict', 1, DEAD, '400'],
    ['both', 2, DEAD, '400'],
    ['checkinOnly', 2, DEAD, '400'],
    ['strict', 2, DEAD, '400'],
  ])('old key under %s after %i lost check-ins: business %s, check-in %s', async (oldKey, lost, business, checkin) => {
    expect(await initialKeyAfter(lost, { oldKey })).toEqual({ business, checkin });
  });

  it('a check-in answers flat with a new key that opens everything', async () => {
    const sandbox = bench();
    sandbox.seed('A1', 'PAID');
    const reply = await sandbox.checkin(sandbox.creds.terminalKey);
    expect(reply.biz_response).toEqual({ terminal_sn: sandbox.creds.terminalSn, terminal_key: newKey(reply) });
    expect(said(await sandbox.query('A1', { key: newKey(reply) }))).toBe('SUCCESS PAID');
    // The server only learns that the new key arrived by its use, so the initial key still opens check-in: once.
    expect((await sandbox.checkin(sandbox.creds.terminalKey)).result_code).toBe('200');
    expect(said(await sandbox.checkin(sandbox.creds.terminalKey))).toBe(DEAD);
  });

  it('daily expiry closes a key of yesterday to everything but check-in', async () => {
    const sandbox = bench(Date.UTC(2026, 10, 20, 15, 59, 59));
    sandbox.seed('A1', 'PAID', { dailyExpiry: true });
    expect(said(await sandbox.query('A1'))).toBe('SUCCESS PAID');
    sandbox.advance(1000);
    expect(said(await sandbox.query('A1'))).toBe(DEAD);
    const key = newKey(await sandbox.checkin(sandbox.creds.terminalKey));
    expect(said(await sandbox.query('A1', { key }))).toBe('SUCCESS PAID');
  });

  it('a check-in can answer in the nested shape, without a key, or with an empty one', async () => {
    const sandbox = bench();
    const nested = await sandbox.checkin(sandbox.creds.terminalKey, { name: 'checkinNested' });
    expect(nested.biz_response).toMatchObject({ result_code: 'TERMINAL_CHECKIN_SUCCESS' });
    const key = String(nested.biz_response?.data?.terminal_key);
    const without = await sandbox.checkin(key, { name: 'missingData', execute: false });
    expect(without.biz_response).not.toHaveProperty('terminal_key');
    expect(newKey(await sandbox.checkin(key, { name: 'emptyKey' }))).toBe('');
  });

  it('activation takes the vendor pair and gives a terminal that can check in', async () => {
    const { system, call } = bench();
    const { vendorSn = '', vendorKey = '', appId, activationCode: code } = system.credentials();
    const activate = (raw: string) => {
      const sign = createHash('md5')
        .update(raw + vendorKey)
        .digest('hex');
      return call('/terminal/activate', {}, { raw, authorization: `${vendorSn} ${sign}` });
    };
    const fields = { app_id: appId, code, device_id: 'POS2' };
    const { terminal_sn, terminal_key = '' } = (await activate(JSON.stringify(fields))).biz_response ?? {};
    const raw = JSON.stringify({ terminal_sn, device_id: 'POS2' });
    const sign = createHash('md5')
      .update(raw + terminal_key)
      .digest('hex');
    const reply = await call('/terminal/checkin', {}, { raw, authorization: `${terminal_sn} ${sign}` });
    expect(reply.result_code).toBe('200');
    expect(said(await activate(JSON.stringify({ ...fields, code: '0' })))).toBe('400 ACTIVATE_FAIL');
    system.happen('any', { name: 'policy', with: { activationUses: 2 } });
    expect((await activate(JSON.stringify(fields))).result_code).toBe('200');
    expect(said(await activate(JSON.stringify(fields)))).toBe('400 ACTIVATE_FAIL');
  });
});
