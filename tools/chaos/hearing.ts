/** Everything that anybody was told of a reversal in a run, with when it was asked and when it was heard. */
import type { ReversalClient, ReversalState } from '../../src/client.ts';

export interface Heard {
  readonly orderId: string;
  readonly verdict: NonNullable<ReversalState['verdict']>;
  /** Of the look that the verdict rests on, as far as that was said. */
  readonly lookedAt?: number;
  readonly askedAt: number;
  readonly at: number;
}

/** The client, with somebody who writes down every verdict that it gives. */
export function overheard(client: ReversalClient, heard: Heard[]): ReversalClient {
  const listen = async <State extends ReversalState | undefined>(ask: Promise<State>): Promise<State> => {
    const askedAt = Date.now();
    const state = await ask;
    if (state?.verdict !== undefined) {
      const { orderId, verdict, lookedAt } = state;
      heard.push({ orderId, verdict, ...(lookedAt !== undefined && { lookedAt }), askedAt, at: Date.now() });
    }
    return state;
  };
  return {
    ...client,
    reverse: (input, options) => listen(client.reverse(input, options)),
    status: (order) => listen(client.status(order)),
    paymentObserved: (input, options) => listen(client.paymentObserved(input, options)),
    resubmit: (order, message) => listen(client.resubmit(order, message)),
    resolve: (order, message) => listen(client.resolve(order, message)),
    hold: (order, message) => listen(client.hold(order, message)),
    release: (order, message) => listen(client.release(order, message)),
    reschedule: (order, message) => listen(client.reschedule(order, message)),
    cancelClosure: (order, message) => listen(client.cancelClosure(order, message)),
    note: (order, message) => listen(client.note(order, message)),
  };
}
