/** The workflow id of an order. Free of dependencies, so that workflow code can use it. */
import type { OrderKey } from './request.ts';

const encode = (part: string) => encodeURIComponent(part);

/** `reversal/{provider}/{account}/{orderId}`, each part percent-encoded: one running reversal an order. */
export function workflowIdOf(order: OrderKey): string {
  return `reversal/${encode(order.provider)}/${encode(order.account)}/${encode(order.orderId)}`;
}

/** The order of a workflow id, or undefined when the id is not one of a reversal. */
export function orderOfWorkflowId(workflowId: string): OrderKey | undefined {
  const [prefix, provider, account, orderId, ...rest] = workflowId.split('/');
  if (prefix !== 'reversal' || !provider || !account || !orderId || rest.length > 0) return undefined;
  try {
    return {
      provider: decodeURIComponent(provider),
      account: decodeURIComponent(account),
      orderId: decodeURIComponent(orderId),
    };
  } catch {
    return undefined; // a stray percent sign: not written by workflowIdOf
  }
}
