/** The bare workflow's activities: the gateway's calls as they are, and one insert of the row that Unwind leaves. */
import type { Kysely } from 'kysely';
import type { Accounts } from '../../src/gateways/accounts.ts';
import type { Gateway } from '../../src/gateways/gateway.ts';
import type { Tables } from '../../src/ledger/schema.ts';
import type { Answer } from '../../src/reversal/answer.ts';
import type { OrderView } from '../../src/reversal/order-view.ts';

export interface BareOrder {
  readonly provider: string;
  readonly account: string;
  readonly orderId: string;
  readonly amount: number;
  readonly currency: string;
}

export interface BareRecord {
  readonly order: BareOrder;
  readonly finalAction: string;
}

export interface BareActivities {
  query(order: BareOrder): Promise<OrderView>;
  cancel(order: BareOrder): Promise<Answer>;
  record(input: BareRecord): Promise<void>;
}

const CALL = { timeoutMs: 5000 };

export function createBareActivities(accounts: Accounts, db: Kysely<Tables>): BareActivities {
  const gatewayOf = ({ provider, account }: BareOrder): Gateway => {
    const found = accounts.find(provider, account);
    if (found === undefined) throw new Error(`no account ${provider}/${account}`);
    return found.gateway;
  };
  return {
    query: (order) => gatewayOf(order).look(order, CALL),
    cancel: (order) => gatewayOf(order).act('cancel', order, CALL),
    async record({ order, finalAction }) {
      const { provider, account, orderId, amount, currency } = order;
      const now = new Date();
      await db
        .insertInto('reversals')
        .values({
          provider,
          account,
          order_id: orderId,
          workflow_id: `bare/${orderId}`,
          run_id: '',
          request: JSON.stringify(order),
          status: 'final',
          final_action: finalAction,
          amount,
          currency,
          saw_paid: true,
          opened_at: now,
          updated_at: now,
          settled_at: now,
        })
        .execute();
    },
  };
}
