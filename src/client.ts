/** The typed way in: what a service imports as `unwind/client`. */
export { createReversalClient } from './client/client.ts';
export { OrderNotFoundError, type ReversalClient, ReversalEndedError } from './client/contract.ts';
export type { ReversalSummary } from './client/status.ts';
export { NotAnsweredError } from './client/submit.ts';
export { EncryptionCodec, type EncryptionOptions, UndecryptablePayloadError } from './encryption/codec.ts';
export type { EncryptionKey } from './encryption/key.ts';
export { retriesWithinDeadline } from './lib/grpc-retries.ts';
export type { FindInput, FindRefusal, FoundOrder } from './protocol/activities.ts';
export { taskQueueOf } from './protocol/start.ts';
export { InvalidRequestError, type ReversalInput, requestJsonSchema } from './reversal/request.ts';
export type { ReversalState } from './reversal/status.ts';
export { workflowIdOf } from './reversal/workflow-id.ts';
