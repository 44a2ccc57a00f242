/** Requests that are broken, hostile or slow: every answer is a problem of the contract, counted and logged. */
import { connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { newCase, useStand } from '../workflows/support.ts';
import { type Answer, call, keyOf, pathOfCase, serveApi, useApi } from './support.ts';

const world = useStand({ withoutWorkers: true });
const api = useApi(world);
const the = newCase();
const order = pathOfCase(the);
const view = keyOf('view');
const get = (path: string) => call(api.base, 'GET', path, { key: view });
const invalid = { status: 400, body: { type: 'urn:unwind:problem:invalid-request' } };

/** What is sent over a connection as it is, and everything that comes back. */
async function raw(base: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(base);
  const socket = connect(Number(port), hostname);
  let told = '';
  socket.on('data', (data) => {
    told += data;
  });
  socket.write(bytes, 'latin1');
  await new Promise((resolve) => socket.once('close', resolve));
  return told;
}

/** As a client would read it. */
function read(text: string): Answer {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [line = '', ...rest] = head.split('\r\n');
  const headers = new Headers(rest.map((one) => [one.slice(0, one.indexOf(':')), one.slice(one.indexOf(':') + 1)]));
  return { status: Number(line.split(' ')[1]), headers, body: JSON.parse(body) };
}

function expectProblem(text: string, status: number, name: string): void {
  const { headers, ...answer } = read(text);
  expect(answer).toMatchObject({ status, body: { type: `urn:unwind:problem:${name}`, status } });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(headers.get('x-request-id')).toBe(answer.body.requestId);
}

describe.concurrent('what the database cannot hold is a 400 that names it', () => {
  test.each([
    ['NUL in a provider', '/v1/reversals/ali%00pay/alipay-v3/A', '/provider'],
    ['NUL in an account', '/v1/reversals/alipay/alipay%00/A', '/account'],
    ['NUL in an order', '/v1/reversals/alipay/alipay-v3/A%00', '/orderId'],
    ['NUL in an order of a record', '/v1/reversals/alipay/alipay-v3/A%00/record', '/orderId'],
    ['NUL in a filter', '/v1/reversals?provider=%00', '/provider'],
    ['NUL in a filter of closures', '/v1/closures?account=%00', '/account'],
    ['the year 0', '/v1/reversals?updatedSince=0000-01-01T00:00:00Z', '/updatedSince'],
    ['the year 10000', '/v1/reversals?settledSince=9999-12-31T23:59:59-23:00', '/settledSince'],
    ['a call beyond an integer', `${order}/record/acts?after=2147483648`, '/after'],
    ['a line beyond a number', `${order}/record/journal?after=9007199254740992`, '/after'],
    ['a limit in hexadecimal', '/v1/reversals?limit=0x10', '/limit'],
    ['a limit with an exponent', '/v1/closures?limit=1e1', '/limit'],
    ['two limits', '/v1/closures?limit=1&limit=2', '/limit'],
    ['an empty limit', `${order}/record?limit=`, '/limit'],
  ])('%s', async (_, path, at) => {
    const answer = await get(path);
    expect(answer).toMatchObject(invalid);
    expect(answer.body.errors[0].path).toBe(at);
  });

  const cursor = (...parts: readonly unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  test.each([
    ['/v1/reversals', cursor(9e15, 'a', 'b', 'c')],
    ['/v1/reversals', cursor(-1, 'a', 'b', 'c')],
    ['/v1/reversals', cursor(1, 'a\0', 'b', 'c')],
    ['/v1/reversals', cursor(1, 'a', 'b', '\ud800')],
    ['/v1/reversals', 'x'],
    ['/v1/closures', cursor('closures', Buffer.from('not a token').toString('base64'))],
    ['/v1/closures', cursor('closures', '!')],
    ['/v1/closures', 'x'],
  ])('%s after the cursor %s', async (path, after) => {
    expect(await get(`${path}?after=${after}`)).toMatchObject(invalid);
  });

  test.each(['operator', 'reason'])('NUL, an escape and half a character in the %s of a message', async (field) => {
    for (const text of ['a\0', '\u001b[2J', '\ud800', '  ']) {
      const body = { operator: 'li', reason: 'test', [field]: text };
      const answer = await call(api.base, 'POST', `${order}/note`, { key: keyOf('operate'), body });
      expect(answer).toMatchObject({ ...invalid, body: { errors: [{ path: `/${field}` }] } });
    }
  });

  test.each(['provider', 'account', 'orderId'])('NUL and half a character in the %s of a request', async (field) => {
    for (const text of ['a\0', '\ud800']) {
      const body = { ...the.input, [field]: text };
      const answer = await call(api.base, 'POST', '/v1/reversals', { key: keyOf('start'), body });
      expect(answer).toMatchObject(invalid);
    }
  });
});

describe.concurrent('a path', () => {
  test.each([
    '/%',
    '/%zz',
    '/v1/reversals/a/b/%ff',
    '/v1/reversals/a/b/%e0%a4',
    '/v1/notifications/%',
    '/docs/static/%c0',
  ])('%s cannot be decoded: 400', async (path) => expect(await get(path)).toMatchObject(invalid));

  test.each([
    [`/v1/reversals/alipay/alipay-v3/${'x'.repeat(201)}`, '/orderId'],
    [`/v1/reversals/alipay/${'x'.repeat(5000)}/A`, '/account'],
    [`/v1/closures?account=${'x'.repeat(65)}`, '/account'],
    [`/v1/reversals?after=${'x'.repeat(1001)}`, '/after'],
  ])('that is too long says which part', async (path, at) => {
    const answer = await get(path);
    expect(answer).toMatchObject(invalid);
    expect(answer.body.errors[0].path).toBe(at);
  });

  test.each([
    '/docs/static/..%2f..%2fpackage.json',
    '/docs/static/%2e%2e%2fpackage.json',
    '/docs/static/..%5cx',
    '/docs/static/%00',
    '/docs/static/a%00b',
    '/docs/static/.env',
  ])('%s leads nowhere, and no stack is written', async (path) => {
    expect(await get(path)).toMatchObject({
      body: { type: expect.stringMatching(/no-such-resource|invalid-request/) },
    });
  });

  test('with a slash at its end is the same resource', async () => {
    expect((await get('/v1/closures/')).status).toBe(200);
    expect((await get(`${order}/`)).status).toBe(404);
  });
});

describe.concurrent('a method that a resource does not take is a 405 that says which it takes', () => {
  test.each([
    ['DELETE', order, 'GET, HEAD'],
    ['PUT', '/v1/reversals', 'GET, HEAD, POST'],
    ['PATCH', `${order}/note`, 'POST'],
    ['OPTIONS', '/v1/closures', 'GET, HEAD, POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['QUERY', `${order}/record`, 'GET, HEAD'],
  ])('%s %s', async (method, path, allow) => {
    const answer = await call(api.base, method, path, { key: view });
    expect(answer).toMatchObject({ status: 405, body: { type: 'urn:unwind:problem:method-not-allowed' } });
    expect(answer.headers.get('allow')).toBe(allow);
  });
});

describe.concurrent('a body', () => {
  test.each([
    ['{"amount":1,"amount":1280}', 'amount'],
    ['{"amount":1280,"amount":1280}', 'amount'],
    ['{"orderId":"A","order\\u0049d":"B"}', 'orderId'],
    ['{"x":{"y":1,"y":2}}', 'y'],
  ])('that has a name twice is refused by its name: %s', async (text, name) => {
    const answer = await call(api.base, 'POST', '/v1/reversals', { key: keyOf('start'), raw: text });
    expect(answer).toMatchObject(invalid);
    expect(answer.body.detail).toContain(`"${name}"`);
  });

  test('of brackets alone, compressed, or longer than it says is a problem', async () => {
    const post = (of: Parameters<typeof call>[3]) =>
      call(api.base, 'POST', '/v1/closures', { key: keyOf('start'), ...of });
    expect(await post({ raw: '['.repeat(16_000) })).toMatchObject(invalid);
    expect(await post({ raw: `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}` })).toMatchObject(invalid);
    expect(await post({ raw: '{}', headers: { 'content-type': 'application/json; charset=' } })).toMatchObject({
      body: {},
    });
  });
});

describe.concurrent('what Node would answer by itself is a problem of the contract', () => {
  const head = `host: x\r\nauthorization: Bearer ${view}\r\n`;

  test('no HTTP: 400', async () => {
    expectProblem(await raw(api.base, 'hello\r\n\r\n'), 400, 'invalid-request');
    expectProblem(await raw(api.base, 'GET / HTTP/1.1\r\nx y: z\r\n\r\n'), 400, 'invalid-request');
    expectProblem(
      await raw(api.base, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'),
      400,
      'invalid-request',
    );
  });

  test('no Host: 400', async () =>
    expectProblem(
      await raw(api.base, 'GET /v1/closures HTTP/1.1\r\nconnection: close\r\n\r\n'),
      400,
      'invalid-request',
    ));

  test('headers of 20 KiB: 431', async () =>
    expectProblem(
      await raw(api.base, `GET / HTTP/1.1\r\n${head}x: ${'y'.repeat(20_000)}\r\n\r\n`),
      431,
      'head-too-large',
    ));

  test('a path of 20 KiB: 431', async () =>
    expectProblem(await raw(api.base, `GET /${'y'.repeat(20_000)} HTTP/1.1\r\n${head}\r\n`), 431, 'head-too-large'));

  test(
    'a head that never comes whole: 408',
    async () => expectProblem(await raw(api.base, 'GET / HTTP/1.1\r\nhost: x\r\n'), 408, 'too-slow'),
    30_000,
  );

  test('an Expect that nobody knows is answered as if it were not there', async () => {
    const answer = await raw(api.base, `GET /v1/closures HTTP/1.1\r\n${head}expect: tea\r\nconnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 200/);
  });
});

test('broken ones count against the rate of their address, and each is one line of the log, without its query', async () => {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const narrow = await serveApi(world.stand, { rateLimit: 2, log: true });
  try {
    const broken = [
      () => fetch(`${narrow.base}/%?buyer_id=2088`).then(({ status }) => status),
      () => fetch(`${narrow.base}/nothing?buyer_id=2088`).then(({ status }) => status),
      () => fetch(`${narrow.base}/v1/closures?buyer_id=2088`, { method: 'DELETE' }).then(({ status }) => status),
      () => raw(narrow.base, 'hello\r\n\r\n').then((text) => read(text).status),
    ];
    for (const send of broken) {
      const statuses = new Set<number>();
      for (const giveUpAt = Date.now() + 20_000; !statuses.has(429) && Date.now() < giveUpAt; ) {
        for (const status of await Promise.all(Array.from({ length: 8 }, send))) statuses.add(status);
      }
      expect([...statuses]).toContain(429);
    }
    const answered = lines.filter((line) => line.includes('"answered"'));
    for (const path of ['/%', '/nothing', '/v1/closures']) {
      const statuses = answered
        .filter((line) => line.includes(`"path":"${path}"`))
        .map((line) => JSON.parse(line).status);
      expect(statuses, path).toContain(429);
    }
    expect(answered.some((line) => line.includes('HPE_'))).toBe(true);
    expect(lines.join('')).not.toContain('2088');
    expect(lines.join('')).not.toContain('"stack"');
  } finally {
    await narrow.stop();
    spy.mockRestore();
  }
});
