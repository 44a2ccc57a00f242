/** One try to deliver one event: signed by the Standard Webhooks specification, one POST, no redirect. */
import { Webhook } from 'standardwebhooks';
import { createOutbound } from '../lib/outbound.ts';
import type { WebhookEvent } from './event.ts';
import type { WebhookSettings } from './settings.ts';

export type Posted =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterMs?: number }
  /** A code for logs, such as ECONNREFUSED; no address and no payload. */
  | { readonly kind: 'failure'; readonly why: string };

/** The answer's body says nothing that counts: so much of it is read, so that the connection can be used again. */
const MAX_BODY_BYTES = 16 * 1024;

/** Apart from the gateways' connections, so that a slow receiver takes none of theirs. */
const outbound = createOutbound({ connectTimeoutMs: 10_000, connections: 32 });

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.name : whyOf(error.cause);
}

/** `Retry-After` in milliseconds: seconds, or a date. */
function retryAfterOf(header: string | string[] | undefined, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Never throws for what the network or the receiver does. */
export async function post(
  { url, secrets, timeoutMs }: Pick<WebhookSettings, 'url' | 'secrets' | 'timeoutMs'>,
  event: WebhookEvent,
  cancelled?: AbortSignal,
): Promise<Posted> {
  const body = JSON.stringify(event);
  const now = new Date();
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const reply = await outbound.request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'unwind',
        'webhook-id': event.id,
        'webhook-timestamp': `${Math.floor(now.getTime() / 1000)}`,
        'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(event.id, now, body)).join(' '),
      },
      body,
      signal: cancelled === undefined ? deadline : AbortSignal.any([deadline, cancelled]),
    });
    // The status is the answer, whatever becomes of the rest.
    await reply.body.dump({ limit: MAX_BODY_BYTES }).catch(() => {});
    const retryAfterMs = retryAfterOf(reply.headers['retry-after'], now.getTime());
    return { kind: 'status', status: reply.statusCode, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  } catch (error) {
    return { kind: 'failure', why: deadline.aborted ? 'TIMEOUT' : whyOf(error) };
  }
}
