import { expect, test } from 'vitest';
import { no, type Replay } from '../replay.ts';

/** Calls one after the other. */
export function looksAndActs(replay: Replay): void {
  const { all, order, plays, happen, advance, setTime, send } = replay;

  test('query, sync, close and cancel, one after the other', async () => {
    order(no('07313663000001'), 496, {
      orderId: 'B1795217496001',
      state: 'progress',
      flags: {
        channelState: 'not_exist',
        method: 'qrcode',
        description: "说明 'x' <b>/</b>",
        outOrderNo: '20261120220015217496625908',
      },
    });
    await all([
      'query of unknown order',
      'query of unknown order by bizOrderNoeNo',
      'query of waiting order',
      'query of waiting order by bizOrderNoeNo',
      'sync of waiting qrcode order (Alipay has no trade yet)',
    ]);
    happen('B1795217496001', 'create');
    await all([
      'sync of waiting order (WAIT_BUYER_PAY)',
      'query after sync: outOrderNo filled',
      'close of waiting order',
      'second close',
      'query of closed order',
      'cancel of closed order',
      'sync of closed order',
    ]);
  });

  test('an order that DaxPay knows to be paid', async () => {
    order(no('07313863000002'), 498, {
      orderId: 'B1795217498002',
      state: 'success',
      flags: { outOrderNo: '20261120220015217498303132' },
    });
    await all([
      'query of paid order',
      'close of paid order (DaxPay knows)',
      'cancel of paid order (DaxPay knows)',
      'sync of paid order',
    ]);
  });

  test('cancel, and an order that only the channel knows to be paid', async () => {
    order(no('07313863000003'), 498, { orderId: 'B1795217498003', state: 'progress' });
    setTime(1_795_217_498_900);
    replay.like('cancel of waiting order', (await send('cancel of waiting order')).text, 'exact');
    await all(['second cancel', 'query of cancelled order']);
    order(no('07313963000004'), 499, {
      orderId: 'B1795217499004',
      state: 'progress',
      flags: { channelState: 'paid', outOrderNo: '20261120220015217499180809' },
    });
    await all([
      'close of order paid at Alipay, unknown to DaxPay',
      'query after that: still progress',
      'sync then: paid',
      'query after sync: success',
    ]);
    order(no('07313963000005'), 499, {
      orderId: 'B1795217499005',
      state: 'progress',
      flags: { channelState: 'paid', outOrderNo: '20261120220015217499837029' },
    });
    await all([
      'cancel of order paid at Alipay, unknown to DaxPay',
      'query after that: cancel, no refund row',
      'sync after cancel-with-refund',
      'query after sync',
    ]);
    expect(replay.money('B1795217499005')).toEqual({ taken: 10, returned: 10 });
    for (const number of ['6', '7']) {
      const flags = { channelState: 'not_exist', method: 'qrcode' };
      order(no(`0731406300000${number}`), 500, { state: 'progress', flags });
    }
    await all(['close of qrcode order not scanned (ACQ.TRADE_NOT_EXIST)', 'cancel of qrcode order not scanned']);
  });

  test('signatures, times, validation, ids', async () => {
    order(no('07314063000008'), 500, { orderId: 'B1795217500008', state: 'progress' });
    await all([
      'bad signature',
      'bad signature on close',
      'signature in upper case',
      'no signature',
      'signature longer than 64',
      'expired request time (-60 s)',
      'request time in the future (+120 s)',
      'expired request time and bad signature',
      '13-digit request time',
      'request time as JSON string',
      'missing field: reqTime',
      'missing reqTime and bad signature',
      'missing ids on query',
      'missing ids on close',
      'missing ids on cancel',
      'missing ids on sync',
      'empty body object',
      'wrong orderNo with right bizOrderNo',
      'empty orderNo with right bizOrderNo',
      'empty orderNo on query',
      'query with bizOrderNo (signed)',
      'query with bizOrderNo unsigned',
      'empty bizOrderNoeNo only',
      'empty bizOrderNo on close',
      'unknown member not signed: accepted',
      'unknown member signed: refused',
      'null member',
      'clientIp empty string (signed as clientIp=)',
      'IPv6 client',
      'lower-case orderNo',
      'orderNo with trailing blank',
      'bizOrderNoeNo in lower case',
      'nonce first',
      'identical replay',
      'minimum request (no clientIp, no nonceStr)',
      'GET instead of POST',
      'text/plain',
      'unknown unipay path',
      'unknown path',
      'profile B sync path',
      'query path of A',
    ]);
    for (const name of ['broken JSON', 'empty body', 'JSON array', 'reqTime not a number', 'orderNo as object']) {
      await plays(name, 'code');
    }
    // The real order of the messages is random, so only the code.
    await plays('two violations', 'code');
  });

  test('sync and close of orders that the two sides see differently', async () => {
    const cases = [
      ['07324763000027', 'progress', 'closed', 'close of an order already closed at Alipay', 'close/closed'],
      ['07324763000028', 'progress', 'closed', 'cancel of an order already closed at Alipay', 'cancel/closed'],
      ['07324763000029', 'progress', 'closed', 'sync: local progress, Alipay closed', 'close/closed'],
      ['07324863000031', 'cancel', 'paid', 'sync: local cancel, Alipay paid (revives)', 'success/paid'],
      [
        '07324863000033',
        'success',
        'not_exist',
        'sync: local success, Alipay says trade does not exist',
        'close/not_exist',
      ],
      [
        '07324963000035',
        'progress',
        'not_exist',
        'sync: local progress, trade gone at Alipay, not expired',
        'progress/not_exist',
      ],
      ['07324963000036', 'close', 'not_exist', 'sync: local close, trade not found', 'close/not_exist'],
    ] as const;
    for (const [rest, state, channelState, name, after] of cases) {
      order(no(rest), 567, { orderId: rest, state, flags: { channelState } });
      await plays(name);
      expect(replay.state(rest), name).toBe(after);
    }
    order(no('07324863000030'), 568, {
      orderId: 'B1795217568022',
      state: 'close',
      flags: { channelState: 'paid', outOrderNo: '20261120220015217568083913' },
    });
    await all(['sync: local close, Alipay paid (revives)', 'query of revived order']);
  });

  test('expired orders', async () => {
    order(no('07324963000037'), 569, { state: 'progress', flags: { validMs: 2000 } });
    await plays('sync of expired waiting order');
    order(no('07325263000038'), 572, { state: 'progress', flags: { validMs: 2000, channelState: 'not_exist' } });
    await plays('sync of expired unscanned order');
    order(no('07325563000039'), 575, { orderId: 'B1795217575031', state: 'progress', flags: { validMs: 2000 } });
    setTime(1_795_217_578_000);
    happen('B1795217575031', 'pay');
    await all(['query: callback after expiry was dropped', 'sync then finds it']);
    order(no('07325863000040'), 578, { state: 'progress', flags: { validMs: 1000, channelState: 'paid' } });
    await plays('close of expired order paid late');
  });

  test('orders that pay left behind, and channels that cannot close', async () => {
    order(no('07343563000043'), 675, {
      orderId: 'B1795217675001',
      state: 'progress',
      flags: { channelState: 'not_exist' },
    });
    await plays('close after refused barcode');
    order(no('07343563000044'), 675, { orderId: 'B1795217675002', state: 'progress', flags: { method: 'qrcode' } });
    await all(['query: amount after re-pay with another amount', 'query odd bizOrderNo', 'close odd bizOrderNo']);
    const manual = [
      ['39a3052ad3d8', 'wallet_pay', 'close on wallet_pay normal'],
      ['c70e3799ed11', 'wallet_pay', 'cancel on wallet_pay normal'],
      ['5a0a0bdbf112', 'wallet_pay', 'sync on wallet_pay normal'],
      ['2f79f1323823', 'union_pay', 'close on union_pay qrcode'],
      ['041fcb21f10d', 'union_pay', 'cancel on union_pay qrcode'],
      ['9a47f2ad9842', 'wechat_pay', 'cancel on wechat_pay qrcode'],
    ] as const;
    for (const [rest, channel, name] of manual) {
      order(`DEVPMANUAL${rest}`, 684, { state: 'progress', flags: { channel, method: 'qrcode' } });
      await plays(name);
    }
    order('DEVPMANUAL1d41f2992abe', 684, { orderId: 'F', state: 'fail', flags: { channelState: 'not_exist' } });
    await all(['close of order in status fail', 'sync of order in status fail (not at Alipay)']);
    expect(replay.state('F')).toBe('close/not_exist');
  });

  test('cancel and sync whose notices were recorded', async () => {
    order(no('07344863000057'), 688, { state: 'progress' });
    await plays('cancel with notice');
    order(no('07345063000059'), 690, { state: 'progress', flags: { channelState: 'paid' } });
    await plays('sync with notice');
    order(no('07344863000058'), 690, { state: 'success' });
    await plays('refund with notice', 'noNumbers');
  });

  test('odd characters and odd types', async () => {
    order(no('07363263000065'), 792, {
      orderId: 'emoji😀B1795217792002',
      state: 'progress',
      flags: { title: 'T😀', method: 'qrcode', channelState: 'not_exist' },
    });
    await plays('query emoji');
    order(no('07424663000117'), 1_795_218_166, { orderId: 'B1795218166003', state: 'progress' });
    await all(['orderNo as JSON number', 'duplicate member, last wins', 'lower-case member name orderno']);
    await plays('reqTime with fraction', 'code');
  });

  test('after a cancel that lost to a callback, and a sync without an answer', async () => {
    order(no('07505863000124'), 1_795_218_660, { state: 'success', flags: { channelState: 'refunded' } });
    await plays('sync after cancel that lost to a callback (Alipay refunded)');
    await plays('refund after cancel that lost to a callback', 'noNumbers');
    order(no('07510063000126'), 1_795_218_660, { state: 'progress' });
    const lost = send('sync: channel read timeout', { name: 'slowChannel', with: { ms: 18_000 } });
    await advance(15_000);
    replay.like('sync: channel read timeout', (await lost).text, 'code');
  });
}
