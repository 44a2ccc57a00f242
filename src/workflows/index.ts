/**
 * What a worker registers: every workflow of Unwind. Who bundles them anew, instead of running `unwind/workflow-bundle`,
 * gives the SDK `unwind/workflow-interceptors` as a workflow interceptor module too: without it a question can break a
 * workflow.
 */
export { auditReversals } from './audit-reversals.ts';
export { deliverWebhooks } from './deliver-webhooks.ts';
export { findOrder } from './find-order.ts';
export { resubmitStuckReversals } from './resubmit-stuck.ts';
export { reversePayment } from './reverse-payment.ts';
export { rotateTerminalKeys } from './rotate-terminal-keys.ts';
export { sweepOverdueOrders } from './sweep-overdue.ts';
export { sweepWebhooks } from './sweep-webhooks.ts';
