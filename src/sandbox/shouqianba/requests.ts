/** The fields of every request, and which call a path is. Unknown fields are tolerated, as the real gateway does. */
import { z } from 'zod';
import type { Operation } from '../contract.ts';

/** Request values are strings; an unused one may be empty, null or left out. */
const optional = (max: number) => z.string().max(max).nullish();
const required = (max: number) => z.string().min(1).max(max);
/** A live message allows 31 characters where the documents say 20. */
const refundNo = 31;

const named = z.looseObject({ terminal_sn: required(32), sn: optional(64), client_sn: optional(64) });
const namesOrder = (body: z.infer<typeof named>): boolean => Boolean(body.sn) || Boolean(body.client_sn);
const missing = { message: 'sn or client_sn is required' };

export const querySchema = named.extend({ refund_request_no: optional(refundNo) }).refine(namesOrder, missing);
export const cancelSchema = named.refine(namesOrder, missing);
export const refundSchema = named
  .extend({
    refund_request_no: required(refundNo),
    operator: required(64),
    refund_amount: z.string().regex(/^[1-9]\d{0,9}$/),
  })
  .refine(namesOrder, missing);
export const checkinSchema = z.looseObject({ terminal_sn: required(32), device_id: required(128) });
export const activateSchema = z.looseObject({ app_id: required(64), code: required(64), device_id: required(128) });

/** Which operation a path is; a query with a refund number is a `refundQuery`. */
export const PATHS: Readonly<Record<string, Operation>> = {
  '/upay/v2/query': 'query',
  '/upay/v2/cancel': 'cancel',
  '/upay/v2/revoke': 'revoke',
  '/upay/v2/refund': 'refund',
  '/terminal/checkin': 'checkin',
  '/terminal/activate': 'activate',
};

const hints = z.looseObject({
  terminal_sn: z.string().optional().catch(undefined),
  sn: z.string().optional().catch(undefined),
  client_sn: z.string().optional().catch(undefined),
  refund_request_no: z.string().optional().catch(undefined),
});
export type Hints = z.infer<typeof hints>;

/** The body's JSON value; undefined when it is not UTF-8 or not JSON. */
export function readBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** Whatever names an order in a body, without judging it: for the log and for finding the order's faults. */
export function readHints(body: Uint8Array): Hints {
  const read = hints.safeParse(readBody(body));
  return read.success ? read.data : {};
}
