/** The cases whose histories are kept in `test/histories`, and how each is brought about. */
import type { WorkflowUpdateFailedError } from '@temporalio/client';
import type { ReversalInput } from '../../src/client.ts';
import { joinSignal, paymentObservedSignal } from '../../src/protocol/messages.ts';
import type { OrderSeed } from '../../src/sandbox/index.ts';
import type { Stand } from '../../src/stand/stand.ts';
import { resetTo } from './reset.ts';
import { type Case, stateOf } from './support.ts';
import { until } from './until.ts';

/** As far ahead as a request may ask for, nearly: nothing of it falls due while it is recorded. */
const FAR = new Date(Date.now() + 300 * 24 * 60 * 60 * 1000).toISOString();

export interface Recorded {
  readonly request: Partial<ReversalInput>;
  readonly state: string;
  readonly more?: Partial<OrderSeed>;
  /** What happens between its start and its end. */
  readonly meanwhile?: (stand: Stand, the: Case) => Promise<unknown>;
  /** A final action, or `abandoned`; none: it ends as cancelled. */
  readonly action?: string;
}

const WHO = { operator: 'Li Na', reason: 'topped up' };

const BUSY_TWICE: Partial<OrderSeed> = {
  faults: [{ operation: 'cancel', business: { name: 'retryFlagY' }, times: 2 }],
};

export const RECORDED: Readonly<Record<string, Recorded>> = {
  clean: { request: { ifPaid: 'reverse' }, state: 'PAID', action: 'refunded' },
  kept: { request: {}, state: 'PAID', action: 'kept' },
  'submitted-and-kept': {
    request: {},
    state: 'PAID',
    meanwhile: (stand, { input }) => stand.client.reverse(input),
    action: 'kept',
  },
  'stuck-and-resubmitted': {
    request: { ifPaid: 'reverse' },
    state: 'PAID',
    more: { flags: { sellerShort: true } },
    async meanwhile(stand, { order }) {
      await until(async () => (await stateOf({ stand }, order))?.stuckReason);
      stand.sandbox.happen('alipay', order.orderId, { name: 'fund' });
      await stand.client.resubmit(order, WHO);
    },
    action: 'refunded',
  },
  'retry-flag': {
    request: { ifPaid: 'reverse' },
    state: 'PAID',
    more: BUSY_TWICE,
    action: 'refunded',
  },
  watched: { request: {}, state: 'ABSENT', action: 'nothing_to_reverse' },
  'lost-answer': {
    request: { ifPaid: 'reverse' },
    state: 'PAID',
    more: { faults: [{ operation: 'cancel', wire: 'silentAfter' }] },
    action: 'refunded',
  },
  'look-that-failed': {
    request: {},
    state: 'PAID',
    more: { faults: [{ operation: 'query', wire: 'http502', times: 2 }] },
    action: 'kept',
  },
  'held-and-released': {
    request: { ifPaid: 'reverse' },
    state: 'PAID',
    more: BUSY_TWICE,
    async meanwhile(stand, { order }) {
      await until(() => stand.sandbox.log({ orderId: order.orderId }).length > 1);
      await stand.client.hold(order, WHO);
      await stand.client.release(order, WHO);
    },
    action: 'refunded',
  },
  voided: { request: { reason: 'void' }, state: 'PAID', action: 'refunded' },
  closed: { request: { ifPaid: 'reverse' }, state: 'WAITING', action: 'closed' },
  'stuck-and-resolved': {
    request: { ifPaid: 'reverse' },
    state: 'PAID',
    more: { flags: { frozen: true } },
    async meanwhile(stand, { order }) {
      await until(async () => (await stateOf({ stand }, order))?.stuckReason);
      const settled = { operator: 'Li Na', evidence: 'case 77' };
      // What the gateway contradicts is refused, and leaves its traces as well.
      await stand.client.resolve(order, { ...settled, finalAction: 'closed' }).catch(() => {});
      // The refusal of the cancel was not signed: "kept" is refused until it can no longer be executed.
      await until(() =>
        stand.client.resolve(order, { ...settled, finalAction: 'kept' }).then(
          () => true,
          (error: WorkflowUpdateFailedError) => {
            if (!error.cause?.message.includes('may still be executed')) throw error;
            return false;
          },
        ),
      );
    },
    action: 'manual',
  },
  'paid-late': {
    request: {},
    state: 'ABSENT',
    async meanwhile(stand, { order, input }) {
      await until(async () => (await stateOf({ stand }, order))?.status === 'watching');
      stand.sandbox.happen('alipay', order.orderId, { name: 'createAndPay' });
      await stand.client.paymentObserved(input);
    },
    action: 'refunded',
  },
  'closure-woken-early': {
    request: { reason: 'timeout', expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
    state: 'WAITING',
    async meanwhile(stand, { order, input }) {
      await stand.client.paymentObserved(input);
      await stand.client.reschedule(order, { ...WHO, dueAt: new Date().toISOString() });
    },
    action: 'closed',
  },
  joined: {
    request: {},
    state: 'ABSENT',
    async meanwhile(stand, { order, input }) {
      await until(async () => (await stateOf({ stand }, order))?.status === 'watching');
      await stand.client.reverse({ ...input, reason: 'void' });
    },
    action: 'nothing_to_reverse',
  },
  // One that is taken over and one that is refused: a signal is answered by the journal only.
  'joined-by-signal': {
    request: {},
    state: 'ABSENT',
    async meanwhile(stand, { order, input, workflowId }) {
      await until(async () => (await stateOf({ stand }, order))?.status === 'watching');
      const handle = stand.temporal.workflow.getHandle(workflowId);
      await handle.signal(joinSignal, { ...input, amount: 1 });
      await handle.signal(paymentObservedSignal, { notified: 'payment' });
      await handle.signal(joinSignal, { ...input, reason: 'void' });
    },
    action: 'nothing_to_reverse',
  },
  abandoned: {
    request: { ifPaid: 'reverse' },
    state: 'PAID',
    more: { flags: { frozen: true } },
    async meanwhile(stand, { order, workflowId }) {
      await until(async () => (await stateOf({ stand }, order))?.stuckReason);
      await stand.temporal.workflow.getHandle(workflowId).cancel();
    },
  },
  'closure-given-up': {
    request: { reason: 'timeout', expiresAt: FAR },
    state: 'WAITING',
    meanwhile: (stand, { order }) => stand.client.cancelClosure(order, WHO),
    action: 'abandoned',
  },
  'closure-moved': {
    request: { reason: 'timeout', expiresAt: FAR },
    state: 'WAITING',
    meanwhile: (stand, { order }) => stand.client.reschedule(order, { ...WHO, dueAt: new Date().toISOString() }),
    action: 'closed',
  },
  reset: {
    request: { ifPaid: 'reverse' },
    state: 'PAID',
    more: BUSY_TWICE,
    async meanwhile(stand, { order, workflowId }) {
      await until(() => stand.sandbox.log({ orderId: order.orderId }).length > 3);
      await resetTo(stand.temporal, workflowId, 1);
    },
    action: 'refunded',
  },
};
