/** The sandbox's notifications to a merchant: by themselves on payment, again until taken, and on demand. */
import { createPublicKey, verify } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Sandbox, startSandbox, systems } from '../../src/sandbox/index.ts';

interface Heard {
  readonly url: string;
  readonly authorization: string;
  readonly body: Buffer;
}

let sandbox: Sandbox;
let server: Server;
let origin: string;
const heard: Heard[] = [];
/** What the merchant says, by path, one after the other; then `success`. */
const says: Record<string, string[]> = { '/slow': ['fail', 'success'] };

beforeAll(async () => {
  const { shouqianba, 'daxpay-c': daxpayC } = systems;
  if (shouqianba === undefined || daxpayC === undefined) throw new Error('no such systems');
  sandbox = await startSandbox({ systems: { shouqianba, 'daxpay-c': daxpayC } });
  server = createServer(async (request, response) => {
    const { url = '', headers } = request;
    heard.push({ url, authorization: headers.authorization ?? '', body: Buffer.concat(await request.toArray()) });
    response.end(says[url]?.shift() ?? 'success');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`;
});
afterAll(async () => {
  await sandbox.stop();
  await new Promise((resolve) => server.close(resolve));
});

const heardAt = (url: string) => heard.filter((one) => one.url === url);

function isGenuine({ authorization, body }: Heard): boolean {
  const { callbackPublicKey = '' } = sandbox.system('shouqianba').credentials();
  const signature = Buffer.from(authorization.split(' ')[1] ?? '', 'base64');
  return verify('sha256', body, createPublicKey(callbackPublicKey), signature);
}

async function control(path: string, body: unknown) {
  const response = await fetch(`${sandbox.controlUrl}${path}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

test('a payment is told, and told again until it is taken', async () => {
  await control('/systems/shouqianba/orders', {
    orderId: 'S1',
    amount: 1280,
    state: 'CREATED',
    notifyUrl: `${origin}/slow`,
  });
  await control('/systems/shouqianba/orders/S1/events', { name: 'pay' });
  await expect
    .poll(() => sandbox.log({ orderId: 'S1' }).map(({ code }) => code), { timeout: 30_000 })
    .toEqual(['200 fail', '200 success']);
  expect(heardAt('/slow').map(isGenuine)).toEqual([true, true]);
  expect(JSON.parse(heardAt('/slow')[0]?.body.toString() ?? '')).toMatchObject({
    client_sn: 'S1',
    order_status: 'PAID',
    total_amount: '1280',
  });
});

test('on demand it is sent once, as wished, and the answer is told', async () => {
  const notifications = '/systems/shouqianba/orders/S1/notifications';
  const taken = { status: 200, body: { taken: true, status: 200, body: 'success' } };
  expect(await control(notifications, {})).toEqual(taken);
  for (const forged of ['key', 'content', 'unsigned']) expect(await control(notifications, { forged })).toEqual(taken);
  expect(await control(notifications, { otherMerchant: true })).toEqual(taken);
  expect(heardAt('/slow').slice(2).map(isGenuine)).toEqual([true, false, false, false, true]);
  expect(await control(notifications, { forged: 'well' })).toMatchObject({ status: 400 });
});

test('an order without an address cannot be told of; a merchant that is not there is no defect', async () => {
  sandbox.seed('shouqianba', { orderId: 'S2', amount: 1, state: 'CREATED' });
  sandbox.happen('shouqianba', 'S2', { name: 'pay' });
  expect(await control('/systems/shouqianba/orders/S2/notifications', {})).toMatchObject({ status: 409 });
  sandbox.seed('shouqianba', { orderId: 'S3', amount: 1, state: 'CREATED', notifyUrl: 'http://127.0.0.1:1/' });
  expect(await sandbox.notify('shouqianba', 'S3')).toEqual({ taken: false });
});

test('DaxPay tells of a close too, and 2.0.8 of nothing that it learns by a callback', async () => {
  const notifyUrl = `${origin}/daxpay`;
  says['/daxpay'] = ['SUCCESS'];
  sandbox.seed('daxpay-c', { orderId: 'D2', amount: 1280, state: 'progress', notifyUrl });
  sandbox.happen('daxpay-c', 'D2', { name: 'pay' });
  expect(sandbox.truth('daxpay-c', 'D2')).toMatchObject({ taken: 1280, state: 'success/paid' });
  sandbox.seed('daxpay-c', { orderId: 'D1', amount: 1280, state: 'progress', notifyUrl });
  sandbox.happen('daxpay-c', 'D1', { name: 'expire', with: { job: true } });
  await expect
    .poll(() => heardAt('/daxpay').map(({ body }) => JSON.parse(body.toString())), { timeout: 30_000 })
    .toEqual([
      expect.objectContaining({ bizOrderNo: 'D1', status: 'close', sign: expect.stringMatching(/^[0-9a-f]{64}$/) }),
    ]);
});
