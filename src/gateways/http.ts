/** One HTTP call under one overall deadline: no redirect, no repeat, and whether it can have reached the gateway. */
import { Agent, request } from 'undici';
import type { UnknownKind } from '../reversal/order-view.ts';

export interface HttpCall {
  readonly url: string;
  readonly method?: 'POST' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Connect, send, wait and read together. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface HttpReply {
  readonly kind: 'reply';
  readonly status: number;
  /** Lower-case names; a repeated header is joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** `notSent`: certain that the gateway saw nothing. Every other kind may have been executed. */
export interface HttpFailure {
  readonly kind: 'failure';
  readonly why: Extract<UnknownKind, 'notSent' | 'timeout' | 'reset' | 'unreadable'>;
  /** For logs: an error code, no URL and no payload. */
  readonly detail: string;
}

/** More than any gateway's answer to these calls; keeps a hostile or broken peer from filling the memory. */
const MAX_BODY_BYTES = 1024 * 1024;
const CONNECT_TIMEOUT_MS = 3000;

/** Errors that can only happen before the first byte of a request was written. */
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_INVALID_URL',
  'UND_ERR_INVALID_ARG',
]);

/** The gateways' own deadlines rule, so undici's per-phase timeouts are off. */
const agent = new Agent({
  connect: { timeout: CONNECT_TIMEOUT_MS },
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 4000,
  pipelining: 1,
});

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}

/**
 * Makes one call. Never throws for what the network or the peer does.
 *
 * @returns the whole reply, whatever its status, or why there is none
 */
export async function call(options: HttpCall): Promise<HttpReply | HttpFailure> {
  const deadline = AbortSignal.timeout(Math.max(1, Math.floor(options.timeoutMs)));
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  try {
    const reply = await request(options.url, {
      method: options.method ?? 'POST',
      headers: options.headers,
      body: options.body ?? null,
      signal,
      dispatcher: agent,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of reply.body) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) return { kind: 'failure', why: 'unreadable', detail: 'BODY_TOO_LARGE' };
      chunks.push(chunk);
    }
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(reply.headers)) {
      if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
    }
    return { kind: 'reply', status: reply.statusCode, headers, body: Buffer.concat(chunks) };
  } catch (error) {
    if (signal.aborted) return { kind: 'failure', why: 'timeout', detail: deadline.aborted ? 'DEADLINE' : 'CANCELLED' };
    const detail = codeOf(error);
    return { kind: 'failure', why: BEFORE_SENDING.has(detail) ? 'notSent' : 'reset', detail };
  }
}
