import { CommandFailed } from './errors.ts';

/** Says what the server said of a message that could not be delivered or was refused, without its wrappings. */
export async function endedError(error: unknown): Promise<never> {
  const { ReversalEndedError } = await import('../client/contract.ts');
  if (error instanceof ReversalEndedError) throw new CommandFailed(error.message);
  const { WorkflowUpdateFailedError } = await import('@temporalio/client');
  if (error instanceof WorkflowUpdateFailedError) {
    throw new CommandFailed(`It was refused: ${error.cause?.message ?? error.message}`);
  }
  throw error;
}
