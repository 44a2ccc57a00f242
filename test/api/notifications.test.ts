/** The gateways' own notifications over the API: verified, counted, answered as they expect, and only ever a look. */
import { expect, test } from 'vitest';
import { accountsOf } from '../../src/gateways/accounts.ts';
import { createNotificationDesk } from '../../src/notifications/index.ts';
import { openStandAccounts } from '../../src/stand/accounts.ts';
import { callsOf, handleOf, historyOf, newCase, seed, useStand } from '../workflows/support.ts';
import { FASTER } from '../workflows/timings.ts';
import { call, keyOf, serveApi } from './support.ts';

const world = useStand();

test('a forged one changes nothing and is counted; a true one wakes the look', async () => {
  const { stand } = world;
  const opened = openStandAccounts(['alipay-v3'], {
    sandbox: stand.sandbox,
    terminalKeys: stand.ledger.terminalKeys,
    overrides: () => FASTER,
  });
  const notifications = createNotificationDesk({
    accounts: accountsOf(opened),
    client: stand.client,
    ledger: stand.ledger,
    onError(error) {
      throw error;
    },
  });
  const api = await serveApi(stand, { notifications });
  try {
    const the = newCase({ reason: 'timeout', expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    const { orderId } = the.order;
    seed(world, the, 'WAITING', { notifyUrl: `${api.base}/v1/notifications/alipay-v3` });
    await stand.client.start(the.input);

    expect(await stand.sandbox.notify('alipay', orderId, { about: 'payment', forged: 'key' })).toMatchObject({
      taken: false,
      status: 400,
      body: 'fail',
    });
    expect(await historyOf(handleOf(world, the))).toHaveLength(1);

    stand.sandbox.happen('alipay', orderId, { name: 'pay' });
    expect(await stand.client.result(the.order)).toMatchObject({ action: 'kept' });
    const operations = callsOf(world, the).map(({ operation }) => operation);
    expect(operations.indexOf('query')).toBeGreaterThan(operations.lastIndexOf('notify'));

    const { body } = await api.get('/v1/notifications');
    expect(body['alipay-v3']).toMatchObject({ effects: { woken: 1 }, refused: { signature: 1 } });
  } finally {
    await api.stop();
  }
});

test('to an account that takes none, or where none are taken, it is a 404', async () => {
  const api = await serveApi(world.stand);
  try {
    const answer = await call(api.base, 'POST', '/v1/notifications/alipay-v3', { raw: 'a=b', key: keyOf('view') });
    expect(answer).toMatchObject({ status: 404, body: { type: 'urn:unwind:problem:no-such-resource' } });
    const long = await call(api.base, 'POST', '/v1/notifications/alipay-v3', { raw: 'x'.repeat(70_000) });
    expect(long.status).toBe(413);
  } finally {
    await api.stop();
  }
});
