/**
 * A receiver of Unwind's webhooks: checks the signature over the bytes as they came, acts once an event, answers soon.
 *
 *   WEBHOOK_SECRET=whsec_… node docs/examples/webhook-receiver.ts
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

/** What of the body a shop needs; see docs/webhooks.md for all of it. */
export interface ReversalEvent {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: {
    readonly orderId: string;
    readonly status: string;
    readonly verdict?: string;
    readonly finalAction?: string;
  };
}

const MAX_BODY_BYTES = 64 * 1024;

/** Undefined when it is larger than any event. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * @param act does what the event asks for, once an event. An error makes Unwind send the event again later.
 */
export function createReceiver(secret: string, act: (event: ReversalEvent) => Promise<void>): Server {
  const webhook = new Webhook(secret);
  // In a shop: a table with the id as its key, written in the transaction of what the event changes.
  const done = new Set<string>();
  return createServer(async (request, response) => {
    const answer = (status: number) => response.writeHead(status).end();
    try {
      const body = await bodyOf(request);
      if (body === undefined) return answer(413);
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      webhook.verify(body, headers);
      const event: ReversalEvent = JSON.parse(body.toString());
      if (!done.has(event.id)) await act(event);
      done.add(event.id);
      answer(204);
    } catch (error) {
      answer(error instanceof WebhookVerificationError ? 401 : 500);
    }
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { WEBHOOK_SECRET = '', PORT = '8800' } = process.env;
  createReceiver(WEBHOOK_SECRET, async ({ type, timestamp, data }) => {
    console.log(timestamp, data.orderId, type, data.finalAction ?? data.verdict ?? data.status);
  }).listen(Number(PORT), '127.0.0.1', () => console.log(`Waiting for events at http://127.0.0.1:${PORT}`));
}
