/** One HTTP call under one overall deadline: no redirect, no repeat, and whether it can have reached the gateway. */
import type { Dispatcher } from 'undici';
import { createOutbound, NotSent } from '../lib/outbound.ts';
import type { UnknownKind } from '../reversal/order-view.ts';
import { decoded, MAX_BODY_BYTES } from './content-encoding.ts';

export interface HttpCall {
  readonly url: string;
  readonly method?: 'POST' | 'GET' | 'HEAD';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Connect, send, wait and read together. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Asked right before the first byte leaves, when a connection is there: on false nothing is sent. */
  readonly mayLeave?: () => boolean;
}

export interface HttpReply {
  readonly kind: 'reply';
  readonly status: number;
  /** Lower-case names; a repeated header is joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Without the content encodings that a proxy may have put around it, asked or not. */
  readonly body: Buffer;
}

/** `notSent`: certain that the gateway saw nothing. Every other kind may have been executed. */
export interface HttpFailure {
  readonly kind: 'failure';
  readonly why: Extract<UnknownKind, 'notSent' | 'timeout' | 'reset' | 'unreadable'>;
  /** For logs: an error code, no URL and no payload. */
  readonly detail: string;
}

const outbound = createOutbound({ connectTimeoutMs: 3000 });

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}

const failure = (why: HttpFailure['why'], detail: string): HttpFailure => ({ kind: 'failure', why, detail });

/**
 * Makes one call. Never throws for what the network or the peer does.
 *
 * @returns the whole reply, whatever its status, or why there is none
 */
export async function call(options: HttpCall): Promise<HttpReply | HttpFailure> {
  const { url, method = 'POST', body, timeoutMs, mayLeave } = options;
  const deadline = AbortSignal.timeout(Math.max(1, Math.floor(timeoutMs)));
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  try {
    const headers = { 'accept-encoding': 'identity', ...options.headers };
    const reply = await outbound.request(url, { method, headers, body, signal, mayLeave });
    return await replyOf(reply);
  } catch (error) {
    const detail = signal.aborted ? (deadline.aborted ? 'DEADLINE' : 'CANCELLED') : codeOf(error);
    if (error instanceof NotSent) return failure('notSent', detail);
    return failure(signal.aborted ? 'timeout' : 'reset', detail);
  }
}

async function replyOf(reply: Dispatcher.ResponseData): Promise<HttpReply | HttpFailure> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of reply.body) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return failure('unreadable', 'BODY_TOO_LARGE');
    chunks.push(chunk);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.headers)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  const body = decoded(Buffer.concat(chunks), headers['content-encoding']);
  return body === undefined
    ? failure('unreadable', 'CONTENT_ENCODING')
    : { kind: 'reply', status: reply.statusCode, headers, body };
}
