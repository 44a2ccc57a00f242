import { afterEach, describe, expect, it } from 'vitest';
import { type BusinessFault, type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { shouqianbaSystem } from '../../../src/sandbox/shouqianba/index.ts';
import { signBody } from '../../../src/sandbox/shouqianba/sign.ts';
import { bench, said } from './bench.ts';

async function faulty(verb: 'query' | 'cancel', fault: BusinessFault, state = 'PAID') {
  const sandbox = bench();
  sandbox.seed('A1', state);
  const reply = await sandbox[verb]('A1', { fault });
  return { reply, state: sandbox.truth('A1').state };
}

describe('a code by its name', () => {
  it.each([
    [{ name: 'ILLEGAL_SIGN' }, '400 ILLEGAL_SIGN', 'PAID'],
    [{ name: 'UNKNOWN_SYSTEM_ERROR' }, '500 UNKNOWN_SYSTEM_ERROR', 'PAID'],
    [{ name: 'UNKNOWN_SYSTEM_ERROR', execute: true }, '500 UNKNOWN_SYSTEM_ERROR', 'CANCELED'],
    [{ name: 'NEW_CODE', with: { layer: 1, resultCode: '400' } }, '400 NEW_CODE', 'PAID'],
    [{ name: 'CANCEL_IN_PROGRESS' }, 'CANCEL_IN_PROGRESS PAID', 'PAID'],
    [{ name: 'CANCEL_SUCCESS' }, 'CANCEL_SUCCESS PAID', 'PAID'],
    [{ name: 'CANCEL_ERROR', execute: true }, 'CANCEL_ERROR CANCELED', 'CANCELED'],
    [{ name: 'CANCEL_ERROR', with: { errorCode: 'TRADE_FAILED', data: false } }, 'CANCEL_ERROR TRADE_FAILED', 'PAID'],
    [{ name: 'TRADE_NOT_EXIST' }, 'FAIL TRADE_NOT_EXIST', 'PAID'],
    [{ name: 'EXTERNAL_SERVICE_EXCEPTION', with: { layer: 2 } }, 'FAIL EXTERNAL_SERVICE_EXCEPTION', 'PAID'],
  ])('%j answers %s, and the order is %s', async (fault, answer, state) => {
    const { reply, ...after } = await faulty('cancel', fault);
    expect(said(reply)).toBe(answer);
    expect(after.state).toBe(state);
    expect(reply.executed).toBe(state === 'CANCELED');
  });

  it('a name that is no code and no shape is a mistake', async () => {
    await expect(faulty('cancel', { name: 'wrongSign' })).rejects.toThrow('wrongSign');
  });
});

describe('a wrong shape', () => {
  it.each([
    ['missingData', (data: unknown) => data === undefined],
    ['unknownStatus', { order_status: 'SOMETHING_NEW' }],
    ['wrongClientSn', { client_sn: 'ANOTHER-ORDER' }],
    ['wrongSn', { sn: '7895000000000000' }],
    ['wrongAmount', { total_amount: '1' }],
    ['numbersInsteadOfStrings', { total_amount: 1280, net_amount: 1280 }],
  ])(
    '%s',
    async (name, expected) => {
      const { data } = (await faulty('query', { name })).reply.biz_response ?? {};
      if (typeof expected === 'function') expect(data).toSatisfy(expected);
      else expect(data).toMatchObject(expected);
    },
    1000,
  );

  it.each([
    ['nullFields', null],
    ['emptyFields', ''],
    ['absentFields', undefined],
  ])('%s makes every unfilled value %j', async (name, value) => {
    const { reply } = await faulty('query', { name }, 'CREATED');
    expect([reply.error_code, reply.biz_response?.error_code, reply.biz_response?.data?.trade_no]).toEqual(
      Array(3).fill(value),
    );
  });

  it('the other spelling of "not exists", and the HTTP status of layer 1', async () => {
    const spelled = await faulty('query', { name: 'notExistSpelling2' }, 'absent');
    expect(said(spelled.reply)).toBe('FAIL UPAY_ORDER_NOT_EXIST');
    const mirrored = await faulty('query', { name: 'MAINTENANCE_INPROGRESS', with: { mirrorHttpStatus: true } });
    expect(mirrored.reply.status).toBe(500);
  });
});

describe('over HTTP', () => {
  let sandbox: Sandbox | undefined;
  afterEach(() => sandbox?.stop());

  async function start(): Promise<Sandbox> {
    sandbox = await startSandbox({ systems: { shouqianba: shouqianbaSystem } });
    return sandbox;
  }

  function post(running: Sandbox, path: string, fields: object) {
    const { terminalSn = '', terminalKey = '' } = running.system('shouqianba').credentials();
    const body = JSON.stringify({ terminal_sn: terminalSn, ...fields });
    const authorization = `${terminalSn} ${signBody(Buffer.from(body), terminalKey)}`;
    return fetch(running.url('shouqianba') + path, { method: 'POST', headers: { authorization }, body });
  }

  it('a lost cancel is executed once, and the next one is a NOOP', async () => {
    const running = await start();
    const faults = [{ operation: 'cancel', wire: 'resetAfter' }] as const;
    running.seed('shouqianba', { orderId: 'A1', amount: 100, state: 'PAID', flags: { otherDay: false }, faults });
    await expect(post(running, '/upay/v2/cancel', { client_sn: 'A1' })).rejects.toThrow();
    const answer = await (await post(running, '/upay/v2/cancel', { client_sn: 'A1' })).json();
    expect(answer).toMatchObject({ biz_response: { error_code: 'UPAY_CANCEL_ORDER_NOOP' } });
    expect(running.truth('shouqianba', 'A1')).toMatchObject({ state: 'CANCELED', taken: 100, returned: 100 });
    expect(running.log().map(({ operation, executed, authentic }) => [operation, executed, authentic])).toEqual([
      ['cancel', true, true],
      ['cancel', false, true],
    ]);
  });

  it('two lost check-ins lock the terminal out', async () => {
    const running = await start();
    const { terminalSn = '', deviceId } = running.system('shouqianba').credentials();
    running.fault('shouqianba', terminalSn, { operation: 'checkin', wire: 'resetAfter', times: 2 });
    const checkin = () => post(running, '/terminal/checkin', { device_id: deviceId });
    for (let lost = 0; lost < 2; lost += 1) await expect(checkin()).rejects.toThrow();
    expect(await (await checkin()).json()).toMatchObject({ result_code: '400', error_code: 'ILLEGAL_SIGN' });
  });
});
