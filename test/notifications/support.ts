/** A merchant's server as small as it can be: every POST to `/{account}` goes to the desk. */
import { createServer } from 'node:http';
import { afterAll, beforeAll } from 'vitest';
import { z } from 'zod';
import { accountsOf } from '../../src/gateways/accounts.ts';
import type { LedgerReader } from '../../src/ledger/index.ts';
import { createNotificationDesk, type NotificationDesk } from '../../src/notifications/index.ts';
import { type GatewayName, openStandAccounts } from '../../src/stand/accounts.ts';
import type { World } from '../workflows/support.ts';

export interface Merchant {
  readonly desk: NotificationDesk;
  /** Why gateways were asked to send again. */
  readonly errors: readonly unknown[];
  url(account: string): string;
}

const address = z.object({ port: z.number() });

/** The desk over the world's client and ledger, or another ledger, behind a server of its own. */
export function useMerchant(
  world: Pick<World, 'stand'>,
  gateways: readonly GatewayName[],
  ledger: () => Promise<Pick<LedgerReader, 'reversal'>> = async () => world.stand.ledger,
): Merchant {
  let up: (Merchant & { stop(): Promise<void> }) | undefined;
  beforeAll(async () => {
    const { sandbox, client, ledger: own } = world.stand;
    const accounts = accountsOf(
      openStandAccounts(gateways, { sandbox, terminalKeys: own.terminalKeys, overrides: () => ({}) }),
    );
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    const desk = createNotificationDesk({ accounts, client, ledger: await ledger(), onError });
    const server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray());
      const answer = await desk.receive((request.url ?? '').slice(1), { headers: request.headers, body });
      const { status, contentType, body: text } = answer ?? { status: 404, contentType: 'text/plain', body: '' };
      response.writeHead(status, { 'content-type': contentType }).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = address.parse(server.address());
    up = {
      desk,
      errors,
      url: (account) => `http://127.0.0.1:${port}/${account}`,
      stop: () => new Promise((resolve) => server.close(() => resolve())),
    };
  });
  afterAll(() => up?.stop());
  const running = () => {
    if (up === undefined) throw new Error('the merchant is up within tests only');
    return up;
  };
  return {
    get desk() {
      return running().desk;
    },
    get errors() {
      return running().errors;
    },
    url: (account) => running().url(account),
  };
}
