/** What a request may be, how many there may be, and how they are told apart. */
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { newCase, until, useStand } from '../workflows/support.ts';
import { type Answer, call, keyOf, serveApi, useApi } from './support.ts';

const world = useStand({ withoutWorkers: true });
const api = useApi(world);
const key = keyOf('start');
const post = (of: Parameters<typeof call>[3]) => call(api.base, 'POST', '/v1/reversals', { key, ...of });

describe.concurrent('a body', () => {
  test('that is too large is a 413', async () => {
    const answer = await post({ body: { ...newCase().input, orderId: 'x'.repeat(20_000) } });
    expect(answer).toMatchObject({ status: 413, body: { type: 'urn:unwind:problem:too-large' } });
  });

  test.each([['text/plain'], ['application/x-www-form-urlencoded'], ['application/xml']])(
    'of the type %s is a 415',
    async (type) => {
      const answer = await post({ raw: JSON.stringify(newCase().input), headers: { 'content-type': type } });
      expect(answer).toMatchObject({ status: 415, body: { type: 'urn:unwind:problem:not-json' } });
    },
  );

  test.each([['{'], [''], ['[]'], ['null'], ['"x"'], ['{"__proto__":{"x":1}}']])('%j is a 400', async (raw) => {
    const answer = await post({ raw });
    expect(answer).toMatchObject({ status: 400, body: { type: 'urn:unwind:problem:invalid-request' } });
  });

  test('that never comes whole does not hold a connection', async () => {
    const { hostname, port } = new URL(api.base);
    const socket = connect(Number(port), hostname);
    socket.write(`POST /v1/reversals HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n`);
    socket.write('content-type: application/json\r\ncontent-length: 100\r\n\r\n{');
    let told = '';
    socket.on('data', (data) => {
      told += data;
    });
    await new Promise((resolve) => socket.once('close', resolve));
    expect(told).toMatch(/^HTTP\/1.1 408/);
  });
});

describe.concurrent('the rate of a key', () => {
  /** So many at once, until one is refused: a busy machine may spread them over seconds. */
  const untilRefused = async (send: () => Promise<Answer>): Promise<Answer> =>
    until(async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, send));
      return answers.find(({ status }) => status === 429);
    });

  test('beyond it is a 429 that says when to come again; another key is not touched', async () => {
    const narrow = await serveApi(world.stand, { rateLimit: 2 });
    try {
      const refused = await untilRefused(() => narrow.get('/v1/closures'));
      expect(refused.body.type).toBe('urn:unwind:problem:too-many-requests');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect((await narrow.post('/v1/reversals', {})).status).toBe(400);
    } finally {
      await narrow.stop();
    }
  });

  test('without a key, the address has one, too; probes have none', async () => {
    const narrow = await serveApi(world.stand, { rateLimit: 2 });
    try {
      await untilRefused(() => call(narrow.base, 'GET', '/v1/closures'));
      const probes = await Promise.all(Array.from({ length: 20 }, () => call(narrow.base, 'GET', '/healthz')));
      expect(new Set(probes.map(({ status }) => status))).toEqual(new Set([200]));
    } finally {
      await narrow.stop();
    }
  });
});

describe.concurrent('a request id', () => {
  test('is given to every request, and stands in problems', async () => {
    const [one, other] = [await post({ body: {} }), await post({ body: {} })];
    expect(one.headers.get('x-request-id')).toBe(one.body.requestId);
    expect(one.body.requestId).not.toBe(other.body.requestId);
  });

  test('of the caller is kept when it is harmless, and replaced when not', async () => {
    const kept = await post({ body: {}, headers: { 'x-request-id': 'pos-7.till_3' } });
    expect(kept.body.requestId).toBe('pos-7.till_3');
    const odd = await post({ body: {}, headers: { 'x-request-id': 'a b"<script>' } });
    expect(odd.body.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });
});
