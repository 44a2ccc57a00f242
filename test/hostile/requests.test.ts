/** Requests, operators' messages and rows of the overdue view: used exactly as they were meant, or refused in words. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askedBy } from '../../src/overdue/request.ts';
import { InvalidRequestError, parseRequest } from '../../src/reversal/request.ts';
import {
  type Fields,
  instantOf,
  OPERATOR_FIELDS,
  RESCHEDULE_FIELDS,
  RESOLVE_FIELDS,
  RESUBMIT_FIELDS,
  requireFields,
  SUBMIT_FIELDS,
} from '../../src/workflows/validate.ts';
import { PATIENCE_MS, tried } from './runs.ts';

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    undefined,
    null,
    Number.NaN,
    1e308,
    -1,
    0,
    2 ** 53,
    1.5,
    '',
    ' ',
    'x'.repeat(70),
    '1280',
    [],
  ),
  fc.constantFrom('2026-02-30T00:00:00Z', '2026-11-20T03:36:00', '+275760-09-13T00:00:00.001Z', 'CNY', 'keep', 'qr'),
);
const instant = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
/** Farther than a year from now an instant of a message is refused as a slip. */
const near = fc
  .integer({ min: -364, max: 364 })
  .map((days) => new Date(Date.now() + days * 24 * 60 * 60 * 1000).toISOString());
const word = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== '');

const valid = fc.record(
  {
    provider: word,
    account: word,
    orderId: fc.stringMatching(/^[!-~]{1,64}$/),
    amount: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    currency: fc.stringMatching(/^[A-Z]{3}$/),
    reason: fc.constantFrom('ambiguous', 'timeout', 'void'),
    ifPaid: fc.constantFrom('keep', 'reverse'),
    attemptedAt: instant,
    expiresAt: instant,
    method: fc.constantFrom('barcode', 'qr'),
  },
  { requiredKeys: ['provider', 'account', 'orderId', 'amount', 'currency', 'reason'] },
);

const FIELDS = [
  ...['provider', 'account', 'orderId', 'amount', 'currency', 'reason', 'ifPaid', 'attemptedAt', 'expiresAt', 'method'],
  ...['__proto__', 'constructor', 'toString', 'Amount', 'amount '],
];

/** A valid request with some members changed, taken away or added; also under names that JavaScript knows. */
const bent = fc
  .tuple(valid, fc.array(fc.tuple(fc.constantFrom(...FIELDS), odd, fc.boolean()), { maxLength: 3 }))
  .map(([request, changes]) => {
    const entries = new Map<string, unknown>(Object.entries(request));
    for (const [name, value, taken] of changes) {
      if (taken) entries.delete(name);
      else entries.set(name, value);
    }
    return Object.fromEntries(entries);
  });

/** What the documentation says of a request, read without the library that checks it. */
function expected(request: Readonly<Record<string, unknown>>): object {
  const { provider, account, reason, ifPaid, attemptedAt, expiresAt, method, ...rest } = request;
  const time = (value: unknown) => (typeof value === 'string' ? new Date(value).getTime() : value);
  return {
    ...rest,
    provider: String(provider).trim(),
    account: String(account).trim(),
    reason,
    ifPaid: ifPaid ?? (reason === 'void' ? 'reverse' : 'keep'),
    ...(attemptedAt !== undefined && { attemptedAt: time(attemptedAt) }),
    ...(expiresAt !== undefined && { expiresAt: time(expiresAt) }),
    ...(method !== undefined && { method }),
  };
}

function tryParse(input: unknown): object | readonly string[] {
  try {
    return parseRequest(input);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return error.problems;
  }
}

test('a valid request is taken as it is, with its defaults', { timeout: PATIENCE_MS }, () => {
  fc.assert(
    fc.property(valid, (request) => {
      expect(tryParse(request)).toEqual(expected(request));
    }),
    tried(1000),
  );
});

test('a bent one is taken exactly, or every problem is named by its field', { timeout: PATIENCE_MS }, () => {
  fc.assert(
    fc.property(bent, (request) => {
      const told = tryParse(request);
      if (!Array.isArray(told)) {
        expect(told).toEqual(expected(request));
        expect(Object.getPrototypeOf(told)).toBe(Object.prototype);
        return;
      }
      expect(told.length).toBeGreaterThan(0);
      for (const problem of told) expect(problem).toMatch(/^.+: .+/s);
      const unknown = Object.keys(request).filter((name) => !FIELDS.slice(0, 10).includes(name));
      for (const name of unknown) expect(told).toContain(`${name}: unknown field`);
    }),
    tried(3000),
  );
});

test('anything else is refused', { timeout: PATIENCE_MS }, () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true }), (input) => {
      expect(Array.isArray(tryParse(input))).toBe(true);
    }),
    tried(2000),
  );
});

const MESSAGES: Readonly<Record<string, { readonly fields: Fields; readonly good: fc.Arbitrary<object> }>> = {
  operator: { fields: OPERATOR_FIELDS, good: fc.record({ operator: word, reason: word }) },
  resubmit: { fields: RESUBMIT_FIELDS, good: fc.record({ operator: word, batch: word }, { requiredKeys: [] }) },
  reschedule: { fields: RESCHEDULE_FIELDS, good: fc.record({ operator: word, reason: word, dueAt: near }) },
  resolve: {
    fields: RESOLVE_FIELDS,
    good: fc.record({
      operator: word,
      finalAction: fc.constantFrom('kept', 'closed', 'refunded', 'nothing_to_reverse'),
      evidence: word,
    }),
  },
  submit: { fields: SUBMIT_FIELDS, good: fc.record({ answerBy: near }, { requiredKeys: [] }) },
};

/** The sentence that a message is refused with; none when it is taken. */
function refusalOf(message: unknown, fields: Fields): string | undefined {
  try {
    requireFields(message, fields, '{ }');
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    expect(error.message).toContain('{ }');
    expect(error.stack).toBe('');
    return error.message;
  }
}

test.each(Object.entries(MESSAGES))('a message %s', { timeout: PATIENCE_MS }, (_, { fields, good }) => {
  const names = [...Object.keys(fields), '__proto__', 'constructor', 'extra'];
  fc.assert(
    fc.property(good, fc.constantFrom(...names), odd, (message, name, value) => {
      expect(refusalOf(message, fields)).toBeUndefined();
      const changed = Object.fromEntries([...Object.entries(message), [name, value]]);
      const told = refusalOf(changed, fields);
      const problem = Object.hasOwn(fields, name) ? fields[name]?.(value) : 'unknown field';
      if (problem === undefined) expect(told).toBeUndefined();
      else expect(told).toContain(`${name}: ${problem}`);
    }),
    tried(500),
  );
  fc.assert(
    fc.property(fc.anything(), (message) => {
      const isObject = typeof message === 'object' && message !== null && !Array.isArray(message);
      if (!isObject) expect(refusalOf(message, fields)).toMatch(/^needs one JSON object/);
      else refusalOf(message, fields);
    }),
    tried(500),
  );
});

test('an instant is one moment, or none', { timeout: PATIENCE_MS }, () => {
  fc.assert(
    fc.property(fc.oneof(odd, instant, fc.string()), (value) => {
      const told = instantOf(value);
      if (told === undefined) return;
      expect(Number.isFinite(told)).toBe(true);
      // What it is taken for can be written down: a workflow does that.
      expect(() => new Date(told).toISOString()).not.toThrow();
    }),
    tried(2000),
  );
});

test('a row of the overdue view asks for what it says, or for nothing', { timeout: PATIENCE_MS }, () => {
  const row = fc.record({
    provider: fc.string(),
    account: fc.string(),
    order_id: fc.oneof(fc.stringMatching(/^[!-~]{1,64}$/), fc.string()),
    amount: fc.oneof(fc.constant(null), fc.double(), fc.integer()),
    currency: fc.oneof(fc.constant(null), fc.constant('CNY'), fc.string()),
    expired_at: fc.oneof(fc.constantFrom<unknown>(null, Number.POSITIVE_INFINITY, 'x'), fc.date()),
    attempted_at: fc.oneof(fc.constantFrom<unknown>(null, Number.NEGATIVE_INFINITY, {}), fc.date()),
    method: fc.oneof(fc.constantFrom(null, 'qr', 'barcode'), fc.string()),
    expired: fc.constantFrom(true, false, null),
    copies: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(row, (one) => {
      const asked = askedBy(one, Date.now());
      if ('problems' in asked) {
        expect(asked.problems.length).toBeGreaterThan(0);
        return;
      }
      const { request } = asked;
      expect(request).toMatchObject({ orderId: one.order_id, amount: one.amount, reason: 'timeout', ifPaid: 'keep' });
      expect([one.copies, one.expired]).not.toContainEqual(false);
      expect(one.copies).toBe(1);
      expect(new Date(request.expiresAt)).toEqual(one.expired_at);
    }),
    tried(2000),
  );
});
