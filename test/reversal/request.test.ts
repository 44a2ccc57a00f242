import { describe, expect, test } from 'vitest';
import { InvalidRequestError, parseRequest, requestJsonSchema } from '../../src/reversal/request.ts';
import { INPUT } from './support.ts';

function problemsOf(input: unknown): readonly string[] {
  try {
    parseRequest(input);
    return [];
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.problems;
    throw error;
  }
}

describe('a request', () => {
  test('keeps its values, and instants become epoch milliseconds whatever their zone', () => {
    const parsed = parseRequest({
      ...INPUT,
      attemptedAt: '2026-11-20T11:36:00+08:00',
      expiresAt: '2026-11-20T04:00:00Z',
    });
    expect(parsed.attemptedAt).toBe(Date.parse('2026-11-20T03:36:00Z'));
    expect(parsed.expiresAt).toBe(Date.parse('2026-11-20T04:00:00Z'));
  });

  test.each([
    ['ambiguous', 'keep'],
    ['timeout', 'keep'],
    ['void', 'reverse'],
  ] as const)('for %s means %s if the order is paid', (reason, ifPaid) => {
    expect(parseRequest({ ...INPUT, reason }).ifPaid).toBe(ifPaid);
  });

  test('says itself what to do with a paid order', () => {
    expect(parseRequest({ ...INPUT, reason: 'void', ifPaid: 'keep' }).ifPaid).toBe('keep');
    expect(parseRequest({ ...INPUT, reason: 'ambiguous', ifPaid: 'reverse' }).ifPaid).toBe('reverse');
  });

  test('leaves out what was not given', () => {
    const { attemptedAt: _, method: __, ...least } = INPUT;
    expect(Object.keys(parseRequest(least))).toEqual([
      'provider',
      'account',
      'orderId',
      'amount',
      'currency',
      'reason',
      'ifPaid',
    ]);
  });

  test.each<readonly [string, Record<string, unknown>, string]>([
    ['no provider', { provider: undefined }, 'provider'],
    ['a blank account', { account: '  ' }, 'account'],
    ['a blank within the number', { orderId: 'RV 1' }, 'orderId'],
    ['a number that is too long', { orderId: 'R'.repeat(65) }, 'orderId'],
    ['a number that is not ASCII', { orderId: '订单1' }, 'orderId'],
    ['no amount', { amount: undefined }, 'amount'],
    ['an amount of nothing', { amount: 0 }, 'amount'],
    ['an amount in yuan', { amount: 12.8 }, 'amount'],
    ['an amount as text', { amount: '1280' }, 'amount'],
    ['an amount beyond what a number can hold', { amount: 2 ** 60 }, 'amount'],
    ['a currency in small letters', { currency: 'cny' }, 'currency'],
    ['a reason that nobody knows', { reason: 'whim' }, 'reason'],
    ['another wish for a paid order', { ifPaid: 'refund' }, 'ifPaid'],
    ['an instant without its zone', { attemptedAt: '2026-11-20T03:36:00' }, 'attemptedAt'],
    ['a day', { expiresAt: '2026-11-20' }, 'expiresAt'],
    ['an instant as a number', { attemptedAt: 1795145760000 }, 'attemptedAt'],
    ['a method that nobody knows', { method: 'card' }, 'method'],
    ['the name of a host', { clientIp: 'localhost' }, 'clientIp'],
    ['a range of addresses', { clientIp: '10.0.0.0/8' }, 'clientIp'],
    ['an empty address', { clientIp: '' }, 'clientIp'],
  ])('with %s is refused by the name of the field', (_, change, field) => {
    const problems = problemsOf({ ...INPUT, ...change });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${field}: `));
  });

  test.each<readonly [Record<string, unknown>, string]>([
    [{ provider: undefined }, 'provider: is missing'],
    [{ provider: 7 }, 'provider: must be a text'],
    [{ provider: '  ' }, 'provider: must not be empty'],
    [{ provider: 'p'.repeat(33) }, 'provider: must have 32 characters at most'],
    [{ account: 'a'.repeat(65) }, 'account: must have 64 characters at most'],
    [{ amount: '1280' }, 'amount: must be a number'],
    [{ amount: 12.8 }, 'amount: must be a whole number'],
    [{ amount: 0 }, 'amount: must be above 0'],
    [{ amount: 2 ** 60 }, 'amount: must be 9007199254740991 at most'],
    [{ currency: 'CNYX' }, 'currency: must be an ISO 4217 code such as CNY'],
    [{ currency: 'xCNY' }, 'currency: must be an ISO 4217 code such as CNY'],
    [{ orderId: 'RV\u00e9' }, 'orderId: must be 1 to 64 printable ASCII characters without blanks'],
    [{ orderId: `RV1\n` }, 'orderId: must be 1 to 64 printable ASCII characters without blanks'],
    [{ reason: undefined }, 'reason: is missing: it is one of ambiguous, timeout, void'],
    [{ reason: 'whim' }, 'reason: must be one of ambiguous, timeout, void'],
    [{ ifPaid: 'refund' }, 'ifPaid: must be one of keep, reverse'],
    [{ method: 'card' }, 'method: must be one of barcode, qr'],
    [{ clientIp: '10.0.0.256' }, 'clientIp: must be an IPv4 or IPv6 address'],
    [{ when: 1 }, 'when: unknown field'],
  ])('with %j says so in words for people', (change, problem) => {
    expect(problemsOf({ ...INPUT, ...change })).toEqual([problem]);
  });

  test('that is no object or none at all says that of itself, also in the message', () => {
    expect(problemsOf(undefined)).toEqual(['request: is missing']);
    expect(problemsOf([INPUT])).toEqual(['request: must be one JSON object']);
    expect(() => parseRequest({ ...INPUT, when: 1, how: 2 })).toThrow(
      'The reversal request is not valid: when: unknown field; how: unknown field',
    );
    expect(new InvalidRequestError([]).name).toBe('InvalidRequestError');
  });

  test('may have the longest names, which lose their outer blanks, and every printable sign in its number', () => {
    const longest = { provider: 'p'.repeat(32), account: 'a'.repeat(64), orderId: `!~${'x'.repeat(62)}` };
    expect(parseRequest({ ...INPUT, ...longest, amount: 1 })).toMatchObject({ ...longest, amount: 1 });
    expect(parseRequest({ ...INPUT, provider: ' alipay ', account: ' till ' })).toMatchObject({
      provider: 'alipay',
      account: 'till',
    });
    expect(parseRequest({ ...INPUT, method: 'qr' }).method).toBe('qr');
  });

  test.each(['10.0.0.7', '2001:db8::7', '::ffff:10.0.0.7'])('may name the client at %s', (clientIp) => {
    expect(parseRequest({ ...INPUT, clientIp }).clientIp).toBe(clientIp);
  });

  test('with several problems names every one of them, and the fields that nobody knows', () => {
    const problems = problemsOf({ ...INPUT, amount: -1, currency: '¥', orderID: 'RV1', privateKey: 'MII' }).join('\n');
    for (const name of ['amount', 'currency', 'orderID', 'privateKey']) expect(problems).toContain(name);
  });

  test.each([[undefined], [null], [42], ['RV1'], [[INPUT]], [true]])('that is %j is refused', (input) => {
    expect(problemsOf(input)).toHaveLength(1);
  });

  test('is described by a JSON schema with every field, and the ones that must be there', () => {
    expect(requestJsonSchema()).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['provider', 'account', 'orderId', 'amount', 'currency', 'reason'],
      properties: { ifPaid: {}, attemptedAt: {}, expiresAt: {}, method: {} },
    });
  });
});
