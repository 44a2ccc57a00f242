/** A worker of one's own: what a service imports as `unwind/worker`. */
export {
  createReversalWorkers,
  type Deployment,
  installRuntime,
  type ReversalWorkers,
  type WorkerOptions,
  workflowBundle,
} from './worker/worker.ts';
