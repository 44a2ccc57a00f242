import { describe, expect, it } from 'vitest';
import { bench, said } from './bench.ts';

const UNSIGNED = '400 ILLEGAL_SIGN';
const WRONG_FIELD = '400 INVALID_PARAMS';

describe('the checks before any business, in their order', () => {
  it.each([null, '', 'one-word', 'two  spaces00000000000000000000000000', '9999 00000000000000000000000000000000'])(
    'header %j is an illegal sign, whatever the body holds',
    async (authorization) => {
      const sandbox = bench();
      const reply = await sandbox.call('/upay/v2/cancel', {}, { authorization, raw: 'no json' });
      expect(said(reply)).toBe(UNSIGNED);
      expect(reply).toMatchObject({ status: 200, error_code_standard: 'EJ26', authentic: false, executed: false });
    },
  );

  it('a wrong key comes before everything that is wrong in the body', async () => {
    const sandbox = bench();
    const reply = await sandbox.call('/upay/v2/cancel', { terminal_sn: 'other' }, { key: 'wrong' });
    expect(said(reply)).toBe(UNSIGNED);
  });

  it.each(['no json', '[]', '"text"', 'null', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])])(
    'a signed body that is no JSON object is a wrong parameter: %j',
    async (raw) => {
      const reply = await bench().call('/upay/v2/query', {}, { raw });
      expect(said(reply)).toBe(WRONG_FIELD);
      expect(reply.authentic).toBe(true);
    },
  );

  it('another terminal in the body comes before the fields, and so does a terminal that is not active', async () => {
    const sandbox = bench();
    expect(said(await sandbox.call('/upay/v2/query', { terminal_sn: 'other' }))).toBe('400 INVALID_TERMINAL');
    sandbox.happen('any', 'deactivateTerminal');
    expect(said(await sandbox.call('/upay/v2/query', {}))).toBe('400 INVALID_TERMINAL');
    sandbox.happen('any', 'reactivateTerminal');
    expect(said(await sandbox.call('/upay/v2/query', {}))).toBe(WRONG_FIELD);
  });

  const refund = { client_sn: 'A1', refund_request_no: 'RV1', refund_amount: '1', operator: 'op' };
  it.each([
    ['query', {}],
    ['query', { sn: '', client_sn: '' }],
    ['query', { client_sn: 1 }],
    ['cancel', { client_sn: 'x'.repeat(65) }],
    ['refund', { ...refund, refund_request_no: '' }],
    ['refund', { ...refund, refund_request_no: 'R'.repeat(32) }],
    ['refund', { ...refund, refund_amount: 1 }],
    ['refund', { ...refund, refund_amount: '0' }],
    ['refund', { ...refund, refund_amount: '1.00' }],
    ['refund', { ...refund, operator: undefined }],
  ])('%s %o is a wrong parameter, even for an order that does not exist', async (verb, fields) => {
    expect(said(await bench().call(`/upay/v2/${verb}`, fields))).toBe(WRONG_FIELD);
  });

  it('answers with the HTTP status of layer 1 when the policy says so', async () => {
    const sandbox = bench();
    sandbox.happen('any', 'policy', { mirrorHttpStatus: true });
    expect((await sandbox.query('A1', { key: 'wrong' })).status).toBe(400);
    expect((await sandbox.query('A1')).status).toBe(200);
  });

  it('finds by sn before client_sn, and ignores an empty sn', async () => {
    const sandbox = bench();
    sandbox.seed('A1', 'PAID');
    sandbox.seed('A2', 'CREATED');
    const { gatewayId: sn } = sandbox.truth('A1');
    expect(said(await sandbox.call('/upay/v2/query', { sn, client_sn: 'A2' }))).toBe('SUCCESS PAID');
    expect(said(await sandbox.call('/upay/v2/query', { sn: '', client_sn: 'A2' }))).toBe('SUCCESS CREATED');
    expect(sn).toMatch(/^7895\d{12}$/);
  });
});
