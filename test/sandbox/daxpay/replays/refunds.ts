import { expect, test } from 'vitest';
import { no, type Replay } from '../replay.ts';

/** Refunds and their queries. */
export function refunds(replay: Replay): void {
  const { all, order, plays, advance, send } = replay;

  test('refunds in parts', async () => {
    order(no('07344563000047'), 685, {
      orderId: 'B1795217685010',
      state: 'success',
      flags: { outOrderNo: '20261120220015217685530103' },
    });
    await all(['refund too much', 'refund unknown order']);
    await plays('refund part', 'noNumbers');
    await plays('query refund', 'noNumbers');
    await all(['query after partial refund', 'repeat the same refund', 'close of partly refunded order']);
    await plays('refund rest', 'noNumbers');
    await all(['query after full refund', 'refund again', 'sync of fully refunded order']);
    await all(['query unknown refund', 'query refund without id']);
    expect(replay.money('B1795217685010')).toEqual({ taken: 10, returned: 10 });
  });

  test('a refund that fails stays refunding, and only its own number gets on', async () => {
    order(no('07344663000050'), 686, {
      orderId: 'B1795217686011',
      state: 'success',
      flags: { refundFails: 'text', outOrderNo: '20261120220015217686317074' },
    });
    await plays('refund: channel error', 'noNumbers');
    await plays('query refund after channel error', 'noNumbers');
    await all(['query order after failed refund', 'other refund number after failure']);
    await plays('same refund number again', 'noNumbers');
    await plays('query refund after retry', 'noNumbers');
  });

  test('a refund that fails in the shape of success while the channel paid', async () => {
    const paid = { refundFails: 'silent', refundChannelPaid: true };
    order(no('07344663000052'), 686, {
      orderId: 'B1795217686012',
      state: 'success',
      flags: { ...paid, outOrderNo: '20261120220015217686700516' },
    });
    await plays('refund: channel 502 (executed there)', 'noNumbers');
    await plays('sync refund');
    await plays('query refund after sync', 'noNumbers');

    order(no('07424563000115'), 1_795_218_165, {
      orderId: 'B1795218165002',
      state: 'success',
      flags: { refundFails: 'silent', outOrderNo: '20261120220015218165841501' },
    });
    await plays('refund: channel 502', 'noNumbers');
    await plays('query refund right after 502', 'noNumbers');

    order(no('07480163000122'), 1_795_218_481, {
      orderId: 'B1795218481001',
      state: 'success',
      flags: { ...paid, outOrderNo: '20261120220015218481029074' },
    });
    await plays('refund: channel 502 (Alipay executed it)', 'noNumbers');
    await plays('same refund number again after 502', 'noNumbers');
    await plays('query refund after that', 'noNumbers');
    await plays('query order after that');
    expect(replay.money('B1795218481001')).toEqual({ taken: 10, returned: 10 });
  });

  test('refunds beside each other', async () => {
    order(no('07344763000055'), 687, { state: 'success' });
    const running = send('refund slow', { name: 'slowChannel', with: { ms: 1200 } });
    await advance(50);
    await plays('other refund number while it runs');
    const same = send('same refund number while it runs');
    await advance(2000);
    replay.like('same refund number while it runs', (await same).text, 'exact');
    replay.like('refund slow', (await running).text, 'noNumbers');

    order(no('07363463000082'), 795, { orderId: 'RACE', state: 'success', flags: { databaseMs: 20 } });
    const racing = ['refund race 0', 'refund race 1', 'refund race 2', 'refund race 3'].map((name) => send(name));
    await advance(100);
    const [winner, ...losers] = await Promise.all(racing);
    replay.like('refund race 0', winner?.text ?? '', 'noNumbers');
    for (const [at, loser] of losers.entries()) replay.like(`refund race ${at + 1}`, loser.text, 'exact');
    expect(replay.money('RACE')).toEqual({ taken: 10, returned: 4 });
  });
}
