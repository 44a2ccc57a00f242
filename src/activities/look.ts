/** Looks at the order and at our refund. A look changes nothing and may be repeated at will. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { OrderRef, RefundRef } from '../gateways/gateway.ts';
import type { Looked, LookInput } from '../protocol/activities.ts';
import { type OrderView, type RefundView, whyNothing } from '../reversal/order-view.ts';
import { bounded } from './bounded.ts';
import { type ActivityDeps, accountOf, runId, stopwatch } from './deps.ts';
import type { ServerClock } from './server-clock.ts';

/** Answers that another try will not change soon: the case has to decide about them. */
const WORTH_DECIDING: ReadonlySet<string> = new Set(['otherOrder', 'unfamiliar', 'noStatus']);

function optionsOf(input: LookInput) {
  return { timeoutMs: input.timeoutMs, signal: Context.current().cancellationSignal };
}

/** The order as gateways are asked for it. */
export function orderOf({ order, gatewayId, signedSince, clientIp, amount, currency }: LookInput): OrderRef {
  return {
    orderId: order.orderId,
    amount,
    currency,
    ...(gatewayId !== undefined && { gatewayId }),
    ...(signedSince !== undefined && { signedSince }),
    ...(clientIp !== undefined && { clientIp }),
  };
}

/** The one refund that Unwind may make for an order. */
export function refundOf(deps: ActivityDeps, input: LookInput): RefundRef {
  const refundNo = accountOf(deps, input.order).gateway.refundNo(input.order.orderId);
  return { refundNo, amount: input.amount, reason: 'payment reversed' };
}

/** The server tries a failed activity again; the failure's type says why nothing is known, its details what was seen. */
export function orTryAgain<View extends OrderView | RefundView>(view: View, tookMs: number): Looked<View> {
  if (view.kind === 'unknown' && !WORTH_DECIDING.has(view.why)) {
    throw ApplicationFailure.retryable(`The look told nothing: ${whyNothing(view)}`, view.why, view.evidence);
  }
  return { view, runId: runId(), tookMs };
}

/** One look each, whatever comes of it. */
export interface Looks {
  lookAtOrder(input: LookInput): Promise<OrderView>;
  lookAtRefund(input: LookInput): Promise<RefundView>;
}

export function looksOf(deps: ActivityDeps): Looks {
  return {
    lookAtOrder: async (input) =>
      bounded(await accountOf(deps, input.order).gateway.look(orderOf(input), optionsOf(input))),
    async lookAtRefund(input) {
      const { gateway } = accountOf(deps, input.order);
      return bounded(await gateway.lookAtRefund(orderOf(input), refundOf(deps, input), optionsOf(input)));
    },
  };
}

export function createLooks(deps: ActivityDeps, clock: ServerClock) {
  const { lookAtOrder, lookAtRefund } = looksOf(deps);
  return {
    async look(input: LookInput): Promise<Looked<OrderView>> {
      if (input.serverTime !== undefined) clock.heard(input.serverTime);
      const tookMs = stopwatch();
      const view = await lookAtOrder(input);
      return { view, runId: runId(), tookMs: tookMs(), ...(input.now !== undefined && { askedAt: input.now }) };
    },
    takeTurn: async (): Promise<true> => true,
    async lookAtOrder(input: LookInput): Promise<Looked<OrderView>> {
      const tookMs = stopwatch();
      return orTryAgain(await lookAtOrder(input), tookMs());
    },
    async lookAtRefund(input: LookInput): Promise<Looked<RefundView>> {
      const tookMs = stopwatch();
      return orTryAgain(await lookAtRefund(input), tookMs());
    },
  };
}
