/** The body that starts a reversal: checked by the request's own rules, so that there is one description of it. */
import { z } from 'zod';
import {
  InvalidRequestError,
  parseRequest,
  type ReversalInput,
  type ReversalRequest,
  requestJsonSchema,
} from '../reversal/request.ts';

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  provider: 'The gateway: `alipay`, `shouqianba`, `daxpay`.',
  account: 'A name in the configuration of the workers. No secret ever enters here.',
  orderId:
    "The merchant's own number: `out_trade_no`, `client_sn`, `bizOrderNo`. The identity of the reversal. At most 100 " +
    'characters for DaxPay, 64 for other gateways.',
  amount:
    'In minor units: 1280 is 12.80. Safety check: if the gateway reports another amount, the reversal waits for an operator.',
  currency: 'ISO 4217.',
  reason:
    '`ambiguous`: nobody knows whether it was paid. `timeout`: close it when its time is over. `void`: undo it ' +
    'whatever happened.',
  ifPaid: 'What to do with a payment that turns out to be there. Default: `reverse` for `void`, else `keep`.',
  attemptedAt: 'When the payment was sent. Default: now.',
  expiresAt: 'When it can no longer be paid. A `timeout` sleeps until then.',
  method: '`barcode` is one shot; `qr` can be scanned as long as the code lives.',
  clientIp:
    'The address that DaxPay is told of with each call for this order. Default: that of the account. Kept with the ' +
    'request.',
};

const EXAMPLE: ReversalInput = {
  provider: 'alipay',
  account: 'pos-east',
  orderId: 'RV20261120000001',
  amount: 1280,
  currency: 'CNY',
  reason: 'ambiguous',
  attemptedAt: '2026-11-20T03:36:00Z',
  method: 'barcode',
};

const described = z.looseObject({ properties: z.record(z.string(), z.looseObject({})) });

function jsonSchema(): Record<string, unknown> {
  const { $schema: _, properties, ...rest } = described.parse(requestJsonSchema());
  return {
    ...rest,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => {
        const description = DESCRIPTIONS[name];
        if (description === undefined) throw new Error(`The field ${name} of a request has no description`);
        return [name, { ...schema, description }];
      }),
    ),
  };
}

/** The request as callers write it, with its defaults: equal requests give equal inputs. */
function inputOf({ attemptedAt, expiresAt, ...rest }: ReversalRequest): ReversalInput {
  return {
    ...rest,
    ...(attemptedAt !== undefined && { attemptedAt: new Date(attemptedAt).toISOString() }),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
  };
}

function checked(body: unknown, context: z.RefinementCtx): ReversalInput {
  try {
    return inputOf(parseRequest(body, Date.now()));
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    for (const problem of error.problems) {
      const [, where = '', message = problem] = /^([^:]+): (.*)$/s.exec(problem) ?? [];
      context.addIssue({ code: 'custom', message, path: where === 'request' ? [] : where.split('.') });
    }
    return z.NEVER;
  }
}

export const reversalBody = z
  .unknown()
  .transform(checked)
  .meta({ ...jsonSchema(), id: 'ReversalRequest', examples: [EXAMPLE] });

const CLOSURE_NEEDS = 'is missing: when the order can no longer be paid';

/** The same, for an order that is to be closed when its time is over: `reason` may be left out. */
export const closureBody = z
  .unknown()
  .transform((body) => (typeof body === 'object' && body !== null ? { reason: 'timeout', ...body } : body))
  .transform(checked)
  .superRefine(({ reason, expiresAt }, context) => {
    const say = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (reason !== 'timeout') say('reason', 'must be timeout: a closure is nothing else');
    if (expiresAt === undefined) say('expiresAt', CLOSURE_NEEDS);
  })
  .meta({
    ...jsonSchema(),
    required: ['provider', 'account', 'orderId', 'amount', 'currency', 'expiresAt'],
    id: 'ClosureRequest',
  });
