/** What is asked right before the first byte: a call that may not leave any more is certainly not sent. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from '../../src/gateways/http.ts';

let server: Server;
let url = '';
let [requests, connections] = [0, 0];
beforeAll(async () => {
  server = createServer((_, response) => {
    requests += 1;
    response.end('{}');
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const post = (mayLeave: () => boolean) => call({ url, headers: {}, body: '{}', timeoutMs: 10_000, mayLeave });

test('a call that may not leave is not sent: it is asked when the connection is there', async () => {
  let connectedBefore = -1;
  const reply = await post(() => {
    connectedBefore = connections;
    return false;
  });
  expect(reply).toMatchObject({ kind: 'failure', why: 'notSent', detail: 'TOO_LATE' });
  expect({ requests, connectedBefore }).toEqual({ requests: 0, connectedBefore: 1 });
});

test('one that may is sent, on the next connection and on one that is kept', async () => {
  for (const nth of [1, 2]) {
    expect(await post(() => true)).toMatchObject({ kind: 'reply', status: 200 });
    expect(requests).toBe(nth);
  }
});
