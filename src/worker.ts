/** A worker of one's own: what a service imports as `unwind/worker`. */
export { EncryptionCodec, type EncryptionOptions, UndecryptablePayloadError } from './encryption/codec.ts';
export type { EncryptionKey } from './encryption/key.ts';
export {
  createReversalWorkers,
  type Deployment,
  installRuntime,
  type ReversalWorkers,
  type WorkerOptions,
  workflowBundle,
} from './worker/worker.ts';
