/** The input of a workflow that people start from a form. */
import { ApplicationFailure } from '@temporalio/workflow';
import { type Fields, plain, requireFields } from './validate.ts';

/** Ends the workflow at once when its input cannot be used, with every problem and an example. */
export function requireInput(input: unknown, fields: Fields, example: string): void {
  try {
    requireFields(input, fields, example);
  } catch (error) {
    const problems = error instanceof Error ? error.message : String(error);
    throw plain(ApplicationFailure.nonRetryable(problems, 'InvalidRequest'));
  }
}
