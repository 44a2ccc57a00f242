/** The messages of callers: start or join, a payment that was observed, the state. */
import { condition, setHandler } from '@temporalio/workflow';
import { checkRequest } from './activities.ts';
import type { Desk } from './desk.ts';
import { paymentObservedUpdate, statusQuery, submitUpdate } from './messages.ts';
import { wireOperators } from './operators.ts';
import { instantOf, requireFields, SUBMIT_FIELDS } from './validate.ts';

/** Wires every handler; the ones that need the case wait until it is open. */
export function wireHandlers(desk: Desk, input: unknown): void {
  setHandler(
    submitUpdate,
    async (message) => {
      await desk.opened();
      const request = message?.request;
      if (request !== undefined && JSON.stringify(request) !== JSON.stringify(input)) {
        const ask = desk.join(await checkRequest(request));
        await condition(() => desk.applied(ask));
      }
      const answerBy = instantOf(message?.answerBy);
      await condition(() => desk.answerable(answerBy));
      if (desk.failure !== undefined) throw desk.failure;
      return desk.state();
    },
    {
      description: 'Join this reversal and get its first verdict, or its state at `answerBy`.',
      validator: (message) =>
        message === undefined
          ? undefined
          : requireFields(message, SUBMIT_FIELDS, '{ "answerBy": "2026-11-20T03:36:02Z" }'),
    },
  );
  setHandler(
    paymentObservedUpdate,
    async () => {
      await desk.opened();
      const ask = desk.change((reversal) => {
        desk.note('operator', { message: 'paymentObserved' });
        return { ...reversal, lookWanted: true };
      });
      // An end that a person or a cancellation request brings about needs no look.
      await condition(() => desk.applied(ask) && (desk.case?.lookWanted !== true || desk.step?.kind === 'settle'));
      return desk.state();
    },
    {
      description:
        'A payment was notified or seen elsewhere: look at the order now. The message itself proves nothing.',
    },
  );
  wireOperators(desk);
  setHandler(statusQuery, () => desk.state(), { description: 'The state of this reversal, as `submit` gives it.' });
}
