/** From a gateway's notification over HTTP to a look at the order: verified, counted, answered. */
import type { ReversalClient } from '../client/contract.ts';
import type { Accounts, OpenAccount } from '../gateways/accounts.ts';
import type { HttpAnswer, HttpNotification, Notification, Refusal } from '../gateways/notification.ts';
import type { LedgerReader } from '../ledger/index.ts';
import { inputOf } from '../ledger/stored-request.ts';
import { inTime } from '../lib/deadline.ts';
import type { OrderKey } from '../reversal/request.ts';
import { type Effect, type NotificationCounts, newCounts } from './counts.ts';
import { meaningOf } from './restart.ts';

export interface NotificationDeps {
  readonly accounts: Pick<Accounts, 'list'>;
  readonly client: Pick<ReversalClient, 'wake' | 'wakeOrStart'>;
  readonly ledger: Pick<LedgerReader, 'reversal'>;
  /** For the log: why a gateway was asked to send a notification again. Holds nothing personal and no secret. */
  onError(error: unknown, order: OrderKey): void;
}

export interface Received extends HttpAnswer {
  readonly refused?: Refusal;
}

export interface NotificationDesk {
  /**
   * Takes one notification for an account. It only ever makes a reversal look; what it says is believed by nobody.
   * Answers that it was accepted only when the server has the message (or nothing is to be done), within some seconds,
   * and never waits for the look. Never throws. `refused`: why it does not count as the gateway's.
   *
   * @returns undefined when there is no such account, or it takes no notifications
   */
  receive(account: string, http: HttpNotification): Promise<Received | undefined>;
  /** By account, since this process started. */
  readonly counts: Readonly<Record<string, NotificationCounts>>;
}

/** Gateways wait for some seconds, and send again what was not answered. */
const ANSWER_WITHIN_MS = 4000;

type Authentic = Extract<Notification, { kind: 'authentic' }>;

/** The desk where the gateways' notifications to the accounts arrive. */
export function createNotificationDesk(deps: NotificationDeps): NotificationDesk {
  const accounts = new Map(deps.accounts.list().map((account) => [account.name, account]));
  const taking = [...accounts.values()].filter(({ notifications }) => notifications !== undefined);
  const counts = Object.fromEntries(taking.map(({ name }) => [name, newCounts()]));

  async function act(order: OrderKey, { about, gatewayId, evidence }: Authentic): Promise<Effect> {
    const by = Date.now() + ANSWER_WITHIN_MS;
    const heard = { notified: about, ...(gatewayId !== undefined && { gatewayId }), evidence };
    // First of all the workflow: a closure that is not due is running, and the ledger has not heard of it yet.
    if (await deps.client.wake(order, heard, by)) return 'woken';
    const row = await inTime(deps.ledger.reversal(order), by - Date.now());
    if (row === undefined) return 'unheardOf';
    const meaning = meaningOf(row, about);
    if (meaning !== 'start') return meaning;
    const input = inputOf(row.request);
    if (input === undefined) throw new Error('The ledger has no request of this order that could be started again.');
    await deps.client.wakeOrStart(input, heard, by);
    return 'restarted';
  }

  async function effectOf({ provider, name }: OpenAccount, told: Authentic): Promise<Effect> {
    const order = { provider, account: name, orderId: told.orderId };
    try {
      return await act(order, told);
    } catch (error) {
      deps.onError(error, order);
      return 'again';
    }
  }

  return {
    counts,
    async receive(name, http) {
      const account = accounts.get(name);
      const count = account && counts[name];
      if (account?.notifications === undefined || count === undefined) return undefined;
      const { read, answers } = account.notifications;
      const told = read(http);
      if (told.kind === 'refused') {
        count.refused[told.why] += 1;
        return { ...answers.refused, refused: told.why };
      }
      const effect = told.kind === 'irrelevant' ? 'unheardOf' : await effectOf(account, told);
      count.effects[effect] += 1;
      return effect === 'again' ? answers.again : answers.accepted;
    },
  };
}
