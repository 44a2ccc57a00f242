/** A workflow of somebody else that continues as new into ours. */
import { makeContinueAsNewFunc } from '@temporalio/workflow';

export async function foreign(input: unknown, carriedOver: unknown, taskQueue: string): Promise<void> {
  await makeContinueAsNewFunc({ workflowType: 'reversePayment', taskQueue })(input, carriedOver);
}
