/** The request: one JSON object that any Temporal SDK and the Web UI's form can send. */
import { z } from 'zod';
import { CLOCKS_DIFFER, implausible, YEAR } from './instants.ts';
import { LONGEST_ORDER_NUMBER, longestOrderNumberOf, orderNumberPattern, orderNumberWords } from './order-number.ts';

const text = (max: number) => z.string().trim().min(1).max(max);

/** An instant with its zone, kept as epoch milliseconds. */
const instant = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 instant with a zone, such as 2026-11-20T03:36:00Z' })
  .transform((value) => Date.parse(value));

const schemaWith = (longestNumber: number) =>
  z
    .strictObject({
      /** The gateway: `alipay`, `shouqianba`, `daxpay`. */
      provider: text(32),
      /** Names credentials in the worker's configuration. */
      account: text(64),
      /** The merchant's own number: `out_trade_no`, `client_sn`, `bizOrderNo`. The identity of the reversal. */
      orderId: z.string().regex(orderNumberPattern(longestNumber), orderNumberWords(longestNumber)),
      /** Minor units (fen, cents). Safety check: when the gateway reports another amount, the case waits for an operator. */
      amount: z.int().positive(),
      currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as CNY'),
      reason: z.enum(['ambiguous', 'timeout', 'void']),
      ifPaid: z.enum(['keep', 'reverse']).optional(),
      /** When the payment was sent. */
      attemptedAt: instant.optional(),
      /** When it can no longer be paid. */
      expiresAt: instant.optional(),
      method: z.enum(['barcode', 'qr']).optional(),
      /** Of whoever asks for it, where a gateway takes one (DaxPay). */
      clientIp: z.union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address' }).optional(),
    })
    .transform(({ ifPaid, ...rest }) => ({
      ...rest,
      ifPaid: ifPaid ?? (rest.reason === 'void' ? ('reverse' as const) : ('keep' as const)),
    }));

type Schema = ReturnType<typeof schemaWith>;
const schemas = new Map<number, Schema>();

/** One for each length of order numbers. */
function schemaOf(longestNumber: number): Schema {
  const schema = schemas.get(longestNumber) ?? schemaWith(longestNumber);
  schemas.set(longestNumber, schema);
  return schema;
}

/** Whose number it is: as the schema itself reads it. */
const addressed = z.object({ provider: z.string().trim() });

/** What a caller writes. */
export type ReversalInput = z.input<Schema>;

/** A checked request with its defaults; instants are epoch milliseconds, amounts minor units. */
export interface ReversalRequest extends OrderKey {
  readonly amount: number;
  readonly currency: string;
  readonly reason: 'ambiguous' | 'timeout' | 'void';
  readonly ifPaid: 'keep' | 'reverse';
  readonly attemptedAt?: number;
  readonly expiresAt?: number;
  readonly method?: 'barcode' | 'qr';
  readonly clientIp?: string;
}

export type Reason = ReversalRequest['reason'];
export type IfPaid = ReversalRequest['ifPaid'];

/** The identity of an order: at most one reversal of it runs at a time. */
export interface OrderKey {
  readonly provider: string;
  readonly account: string;
  readonly orderId: string;
}

/** A request that cannot be used. `problems` names every one of them. */
export class InvalidRequestError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The reversal request is not valid: ${problems.join('; ')}`);
    this.name = 'InvalidRequestError';
    this.problems = problems;
  }
}

/**
 * Checks a request and fills in its defaults (`ifPaid`: `reverse` for a `void`, else `keep`).
 *
 * @param now of whoever asks: an instant that cannot be meant is a problem then; without it any instant is taken
 * @throws InvalidRequestError with every problem
 */
export function parseRequest(input: unknown, now?: number): ReversalRequest {
  const { provider = '' } = addressed.safeParse(input).data ?? {};
  const result = schemaOf(longestOrderNumberOf(provider)).safeParse(input, { error: wordsOf });
  if (!result.success) throw new InvalidRequestError(result.error.issues.flatMap(problemsOf));
  const request = withoutUndefined(result.data);
  const problems = now === undefined ? [] : instantProblems(request, now);
  if (problems.length > 0) throw new InvalidRequestError(problems);
  return request;
}

function instantProblems({ attemptedAt, expiresAt }: ReversalRequest, now: number): string[] {
  // A payment cannot have been sent after now; a closure can be scheduled for a year.
  const attempted = attemptedAt === undefined ? undefined : implausible(attemptedAt, now, CLOCKS_DIFFER);
  const expires = expiresAt === undefined ? undefined : implausible(expiresAt, now, YEAR);
  return [
    ...(attempted === undefined ? [] : [`attemptedAt: ${attempted}`]),
    ...(expires === undefined ? [] : [`expiresAt: ${expires}`]),
  ];
}

/** For people who fill in a form, where the library's own words are for programmers. */
function wordsOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${A_KIND[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `${issue.input === undefined ? 'is missing: it is' : 'must be'} one of ${issue.values.join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' ? 'must not be empty' : `must be above ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `must have ${issue.maximum} characters at most`
        : `must be ${issue.maximum} at most`;
    case 'unrecognized_keys':
      return 'unknown field';
    default:
      return undefined;
  }
}

const A_KIND: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  object: 'one JSON object',
};

function problemsOf(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String);
  const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
  return paths.map((at) => `${at.join('.') || 'request'}: ${issue.message}`);
}

function withoutUndefined(given: z.output<Schema>): ReversalRequest {
  const { attemptedAt, expiresAt, method, clientIp, ...rest } = given;
  return {
    ...rest,
    ...(attemptedAt !== undefined && { attemptedAt }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(method !== undefined && { method }),
    ...(clientIp !== undefined && { clientIp }),
  };
}

/** The JSON schema of a request, for documentation and for callers in other languages: of every gateway's. */
export function requestJsonSchema(): unknown {
  return z.toJSONSchema(schemaOf(LONGEST_ORDER_NUMBER), { io: 'input' });
}
