/** Looks once more where the look that an act was decided on has grown old: in the queue, or over a slow ledger. */
import { isDeepStrictEqual } from 'node:util';
import type { ActBasis, ActInput, LookedAgain } from '../protocol/activities.ts';
import type { OrderView, RefundView } from '../reversal/order-view.ts';
import { runId } from './deps.ts';
import type { LastInstant } from './last-instant.ts';
import type { Looks } from './look.ts';

/** Our refund first, where it had a say: the look at the order is to be the fresh one. */
export async function lookAgain(looks: Looks, input: ActInput, at: LastInstant): Promise<LookedAgain> {
  const { basis } = input;
  const asked = { ...input, ...(basis !== undefined && { timeoutMs: basis.lookTimeoutMs }) };
  const dated = async <View>(look: (input: ActInput) => Promise<View>) => {
    const askedAt = at.now();
    const view = await look(asked);
    return { view, askedAt, seenAt: at.now() };
  };
  const refund = basis?.refundView === undefined ? undefined : await dated(looks.lookAtRefund);
  const order = await dated(looks.lookAtOrder);
  return { ...order, ...(refund !== undefined && { refund }), runId: runId() };
}

/** How long that may take. */
export function lookAgainMs({ basis, timeoutMs }: ActInput): number {
  if (basis === undefined) return timeoutMs;
  return basis.refundView === undefined ? basis.lookTimeoutMs : 2 * basis.lookTimeoutMs;
}

/** Whether it shows what was decided on; evidence, such as a trace id, and the time of the signature differ from call to call. */
export function showsTheSame(basis: ActBasis | undefined, { view, refund }: LookedAgain): boolean {
  if (basis === undefined) return false;
  return (
    isDeepStrictEqual(factsOf(view), factsOf(basis.view)) &&
    isDeepStrictEqual(refund && factsOf(refund.view), basis.refundView && factsOf(basis.refundView))
  );
}

function factsOf(view: OrderView | RefundView): unknown {
  const { evidence: _, signedAt: __, ...facts } = view;
  if (facts.kind === 'unknown') return { kind: facts.kind, otherOrder: facts.why === 'otherOrder' };
  // As it comes through a history.
  return JSON.parse(JSON.stringify(facts));
}
