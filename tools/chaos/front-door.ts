/** Where the gateways' notifications arrive. Every genuine one is kept, so that it can arrive again, as often as it likes. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';
import type { ReversalClient } from '../../src/client.ts';
import type { Accounts } from '../../src/gateways/accounts.ts';
import type { HttpNotification } from '../../src/gateways/notification.ts';
import type { LedgerReader } from '../../src/ledger/index.ts';
import { createNotificationDesk } from '../../src/notifications/index.ts';
import { readRequest } from '../../src/sandbox/listen.ts';

export interface Notified {
  readonly account: string;
  readonly orderId: string;
  readonly http: HttpNotification;
}

export interface FrontDoor {
  /** Where the gateway of that account sends what it has to say about that order. */
  urlFor(account: string, orderId: string): string;
  /** What came, the oldest first. */
  readonly came: readonly Notified[];
  /** One of those again; resolves when it is answered, whatever the answer is. */
  again(notified: Notified): Promise<void>;
  /** Nothing is taken from now on: what has ended stays so while it is judged. */
  shut(): void;
  stop(): Promise<void>;
}

export interface FrontDoorDeps {
  readonly accounts: Pick<Accounts, 'list'>;
  readonly client: Pick<ReversalClient, 'wake' | 'wakeOrStart'>;
  readonly ledger: Pick<LedgerReader, 'reversal'>;
}

const listening = z.object({ port: z.number() });
/** A long run keeps the newest. */
const KEPT = 2000;

/** The desk of the API, without the rest of it. While the server or the ledger is down it asks to be sent it again. */
export async function openFrontDoor(deps: FrontDoorDeps): Promise<FrontDoor> {
  const desk = createNotificationDesk({ ...deps, onError() {} });
  const came: Notified[] = [];
  let shut = false;
  const server = createServer(async (message, response) => {
    response.on('error', () => response.destroy());
    const read = await readRequest(message);
    const [, account = '', orderId = ''] = (read?.path ?? '').split('/').map(decodeURIComponent);
    if (read === undefined) return void response.destroy();
    const http = { headers: read.headers, body: read.body };
    came.push({ account, orderId, http });
    if (came.length > KEPT) came.shift();
    const answer = shut ? { status: 503, contentType: 'text/plain', body: '' } : await desk.receive(account, http);
    response.writeHead(answer?.status ?? 404, { 'content-type': answer?.contentType ?? 'text/plain' });
    response.end(answer?.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = listening.parse(server.address());
  return {
    urlFor: (account, orderId) => `http://127.0.0.1:${port}/${account}/${encodeURIComponent(orderId)}`,
    came,
    async again({ account, http }) {
      await desk.receive(account, http);
    },
    shut() {
      shut = true;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
