import { expect, test } from 'vitest';
import { exchanges } from '../real.ts';
import { no, type Replay } from '../replay.ts';

/** Calls beside each other, and what goes wrong behind DaxPay. */
export function races(replay: Replay): void {
  const { all, order, plays, happen, advance, setTime, send } = replay;

  test('two closes, a cancel beside a close, a sync beside a close', async () => {
    const slow = { name: 'slowChannel', with: { ms: 1600 } };
    order(no('07323463000009'), 555, { state: 'progress' });
    const first = send('close (slow channel)', slow);
    await advance(100);
    const second = send('close while another close runs (lock)');
    await advance(2000);
    replay.like('close while another close runs (lock)', (await second).text, 'exact');
    replay.like('close (slow channel)', (await first).text, 'noNumbers');

    order(no('07323663000010'), 556, { state: 'progress' });
    const closing = send('close (slow), cancelled meanwhile', slow);
    await advance(100);
    await plays('cancel while close runs');
    await advance(2000);
    replay.like('close (slow), cancelled meanwhile', (await closing).text, 'noNumbers');

    order(no('07323863000011'), 559, { orderId: 'S11', state: 'progress' });
    const refused = send('close whose order was turned to success meanwhile', slow);
    await advance(100);
    happen('S11', 'payWithoutCallback');
    await plays('sync during close');
    await advance(2000);
    replay.like('close whose order was turned to success meanwhile', (await refused).text, 'noNumbers');
  });

  test('a callback inside close and cancel', async () => {
    const payDuring = { payDuringWhen: 'after', channelState: 'not_exist' };
    order(no('07324063000012'), 562, { state: 'progress', flags: { ...payDuring, payDuring: 'close' } });
    await plays('close: channel closed, callback(success) changed the order meanwhile');
    order(no('07324263000013'), 564, { orderId: 'C13', state: 'progress', flags: { payDuring: 'cancel' } });
    await plays('cancel: callback(success) landed meanwhile, channel refunded');
    expect(replay.state('C13')).toBe('success/refunded');
    expect(replay.money('C13')).toEqual({ taken: 10, returned: 10 });
  });

  test('errors of the channel in close, cancel and sync', async () => {
    const numbers = { close: [14, 15, 16, 17], cancel: [18, 19, 20, 21], sync: [22, 23, 24, 25] };
    const kinds = [
      ["{'http': 502}", { name: 'channelDown' }],
      ["{'badsign': 1}", { name: 'channelDown' }],
      ["{'sub': 'ACQ.SYSTEM_ERROR'}", { name: 'channelRefuses', with: { msg: '系统错误' } }],
      ["{'sub': 'ACQ.INVALID_PARAMETER'}", { name: 'channelRefuses', with: { msg: '参数无效' } }],
    ] as const;
    for (const [verb, ends] of Object.entries(numbers)) {
      for (const [at, [kind, fault]] of kinds.entries()) {
        const name = `${verb}: channel ${kind}`;
        const orderNo = JSON.parse(exchanges.find((one) => one.name === name)?.requestBody ?? '').orderNo;
        expect(orderNo).toMatch(new RegExp(`${ends[at]}$`));
        order(orderNo, 564, { state: 'progress' });
        await plays(name, verb === 'sync' && fault.name === 'channelDown' ? 'code' : 'exact', fault);
      }
    }
    order(no('07324763000026'), 567, { state: 'progress' });
    const reason = { name: 'channelRefuses', with: { msg: '关闭失败, 原因: 系统错误' } };
    await plays('close: TRADE_STATUS_ERROR then query error', 'exact', reason);
  });

  test('the repair lock: the second sync within 10 s shows what it does not do', async () => {
    order(no('07330063000041'), 580, {
      orderId: 'B1795217580033',
      state: 'progress',
      flags: { channelState: 'closed', outOrderNo: '20261120220015217580894321' },
    });
    setTime(1_795_217_580_900);
    await plays('sync 1: closed');
    happen('B1795217580033', 'payWithoutCallback', { force: true });
    await all(['sync 2 within 10 s: Alipay paid', 'query after sync 2', 'sync 3 after 10 s']);
    expect(replay.state('B1795217580033')).toBe('success/paid');
  });

  test('a channel slower than the lock and slower than the patience', async () => {
    order(no('07345263000062'), 692, { state: 'progress' });
    const slower = send('close, channel 14 s', { name: 'slowChannel', with: { ms: 14_000 } });
    await advance(10_600);
    await plays('second close at 10.6 s');
    await advance(5000);
    replay.like('close, channel 14 s', (await slower).text, 'noNumbers');

    order(no('07350663000063'), 706, { orderId: 'LATE', state: 'progress' });
    const lost = send('close, channel 18 s (executed there)', { name: 'slowChannel', with: { ms: 18_000 } });
    await advance(15_000);
    replay.like('close, channel 18 s (executed there)', (await lost).text, 'exact');
    expect(replay.state('LATE')).toBe('progress/closed');
    await plays('sync after that');
  });

  test('a sync that is overtaken', async () => {
    order(no('07424463000114'), 1_795_218_164, { orderId: 'B1795218164001', state: 'progress' });
    const slow = send('sync (slow channel)', { name: 'slowChannel', with: { ms: 1500 } });
    await advance(10);
    const busy = send('sync while another sync runs (lock)');
    await plays('query while a sync runs');
    await plays('close while a sync runs');
    await advance(3000);
    replay.like('sync while another sync runs (lock)', (await busy).text, 'exact');
    replay.like('sync (slow channel)', (await slow).text, 'exact');
  });

  test('outages of what DaxPay stands on', async () => {
    order(no('07424663000118'), 1_795_218_166, {
      orderId: 'OUT1795218166',
      state: 'progress',
      flags: { method: 'qrcode', channelState: 'not_exist' },
    });
    await plays('query with redis stopped');
    const hung = send('close with redis stopped', { name: 'hang' });
    await advance(60_000);
    replay.like('close with redis stopped', (await hung).text, 'exact');
    for (const name of ['query with db stopped', 'close with db stopped']) {
      setTime((name.startsWith('query') ? 1_795_218_291 : 1_795_218_321) * 1000);
      const answer = send(name, { name: 'databaseDown' });
      await advance(30_000);
      replay.like(name, (await answer).text, 'code');
    }
  });
}
