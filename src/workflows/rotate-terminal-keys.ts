/** The daily check-in of one terminal; a Schedule starts it, so that a terminal has one writer. */
import { proxyActivities } from '@temporalio/workflow';
import type { ReversalActivities, RotateKeysInput } from '../protocol/activities.ts';

const { rotateKeys } = proxyActivities<Pick<ReversalActivities, 'rotateKeys'>>({
  startToCloseTimeout: '30 seconds',
  // The old key works on, so a day without a quiet moment or an answer ends as a failure that people can see.
  scheduleToCloseTimeout: '6 hours',
  retry: { initialInterval: '30 seconds', backoffCoefficient: 1.5, maximumInterval: '10 minutes' },
});

export async function rotateTerminalKeys(input: RotateKeysInput): Promise<{ readonly rotated: boolean }> {
  return rotateKeys(input);
}
