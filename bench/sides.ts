/** What is compared: one whole reversal of a paid order, by Unwind and by the bare workflow. */
import type { Client } from '@temporalio/client';
import type { ReversalClient, ReversalInput } from '../src/client.ts';
import type { bareReversal } from './bare/workflow.ts';
import { type AccountName, BARE_QUEUE } from './processes/contract.ts';

export interface Side {
  /** From the request to the end of the workflow: recorded in the ledger. @throws when it did not end as refunded */
  whole(account: AccountName, orderId: string): Promise<void>;
  /** Until the caller may be told what became of the payment; the promise inside is the end of the workflow. */
  verdict(account: AccountName, orderId: string): Promise<{ readonly ended: Promise<void> }>;
  workflowId(account: AccountName, orderId: string): string;
}

const PROVIDER = 'alipay';
export const AMOUNT = 1280;
const CURRENCY = 'CNY';

function expectRefunded(action: string | undefined): void {
  if (action !== 'refunded') throw new Error(`a paid order ended as ${action}, not as refunded`);
}

export function inputOf(account: AccountName, orderId: string): ReversalInput {
  return {
    provider: PROVIDER,
    account,
    orderId,
    amount: AMOUNT,
    currency: CURRENCY,
    reason: 'ambiguous',
    ifPaid: 'reverse',
  };
}

/** Starts like the bare side and waits for the result; a first verdict comes by update-with-start. */
export function unwindSide(client: ReversalClient): Side {
  const ended = async (account: AccountName, orderId: string) => {
    const outcome = await client.result({ provider: PROVIDER, account, orderId });
    expectRefunded(outcome.kind === 'final' ? outcome.action : outcome.kind);
  };
  return {
    async whole(account, orderId) {
      await client.start(inputOf(account, orderId));
      await ended(account, orderId);
    },
    async verdict(account, orderId) {
      const { verdict } = await client.reverse(inputOf(account, orderId), { answerWithinMs: 30_000 });
      expectRefunded(verdict);
      return { ended: ended(account, orderId) };
    },
    workflowId: (account, orderId) => `reversal/${PROVIDER}/${account}/${orderId}`,
  };
}

/** A bare workflow has no verdict before its result. */
export function bareSide({ workflow }: Client): Side {
  const workflowId = (account: AccountName, orderId: string) => `bare/${account}/${orderId}`;
  const whole = async (account: AccountName, orderId: string) => {
    const result = await workflow.execute<typeof bareReversal>('bareReversal', {
      args: [{ provider: PROVIDER, account, orderId, amount: AMOUNT, currency: CURRENCY }],
      taskQueue: BARE_QUEUE,
      workflowId: workflowId(account, orderId),
    });
    expectRefunded(result);
  };
  return {
    whole,
    async verdict(account, orderId) {
      await whole(account, orderId);
      return { ended: Promise.resolve() };
    },
    workflowId,
  };
}
