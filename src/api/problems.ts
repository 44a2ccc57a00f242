/** Problem answers, RFC 9457. Every answer that is not as asked is one of these. */
import type { Reversal } from './contract.ts';

/** By name: `urn:unwind:problem:{name}` is the `type`, and what programs go by. */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request cannot be used' },
  unauthorized: { status: 401, title: 'No key, or one that is not known' },
  forbidden: { status: 403, title: 'The key does not have the role for this' },
  'unknown-order': { status: 404, title: 'No reversal of this order was ever started' },
  'order-not-found': { status: 404, title: 'The number leads to no order that can be reversed' },
  'no-such-resource': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This resource does not take this method' },
  'too-slow': { status: 408, title: 'The request did not arrive in time' },
  'another-amount': { status: 409, title: 'A reversal of another amount runs for this order' },
  ended: { status: 409, title: 'The reversal has ended' },
  refused: { status: 409, title: 'The reversal refuses this as it stands' },
  'too-large': { status: 413, title: 'The body is too large' },
  'not-json': { status: 415, title: 'The body is not JSON' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'head-too-large': { status: 431, title: 'Path, query and headers are too large' },
  internal: { status: 500, title: 'A defect of this program' },
  'temporal-unavailable': { status: 503, title: 'Temporal does not answer' },
  'ledger-unavailable': { status: 503, title: 'The ledger does not answer' },
  'gateway-silent': { status: 504, title: 'The gateway did not tell it in time' },
  'no-worker': { status: 504, title: 'No worker has answered in time' },
} as const;
export type ProblemName = keyof typeof PROBLEMS;

export interface Fault {
  /** JSON pointer into the body, or the name of a parameter. */
  readonly path: string;
  readonly detail: string;
}

interface More {
  readonly errors?: readonly Fault[];
  /** How the reversal ended, when that is why. */
  readonly reversal?: Reversal;
  readonly retryAfterSeconds?: number;
  /** The methods that the resource takes. */
  readonly allow?: readonly string[];
}

/** Thrown by handlers; the error handler answers with it. */
export class Problem extends Error {
  readonly kind: ProblemName;
  readonly more: More;
  constructor(kind: ProblemName, detail: string, more: More = {}, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'Problem';
    this.kind = kind;
    this.more = more;
  }

  get status(): number {
    return PROBLEMS[this.kind].status;
  }

  /** The body. @param requestId to find it in the log */
  body(requestId: string) {
    const { status, title } = PROBLEMS[this.kind];
    const { errors, reversal } = this.more;
    return {
      type: `urn:unwind:problem:${this.kind}`,
      title,
      status,
      detail: this.message,
      requestId,
      ...(errors !== undefined && { errors }),
      ...(reversal !== undefined && { reversal }),
    };
  }
}
