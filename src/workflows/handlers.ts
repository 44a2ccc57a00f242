/** The messages of callers: start or join, a payment that was observed, the state. */
import { condition, setHandler } from '@temporalio/workflow';
import { checkRequest } from './activities.ts';
import type { Desk } from './desk.ts';
import { joinSignal, paymentObservedSignal, paymentObservedUpdate, statusQuery, submitUpdate } from './messages.ts';
import { wireOperators } from './operators.ts';
import { instantOf, requireFields, SUBMIT_FIELDS } from './validate.ts';

/** Wires every handler; the ones that need the case wait until it is open. */
export function wireHandlers(desk: Desk, input: unknown): void {
  const asksNothingNew = (request: unknown) => JSON.stringify(request) === JSON.stringify(input);
  const observed = () =>
    desk.change((reversal) => {
      desk.note('operator', { message: 'paymentObserved' });
      return { ...reversal, lookWanted: true };
    });
  setHandler(
    submitUpdate,
    async (message) => {
      const answerBy = instantOf(message?.answerBy);
      if (!(await desk.openedBy(answerBy))) return desk.state();
      const request = message?.request;
      if (request !== undefined && !asksNothingNew(request)) {
        const ask = desk.join(await checkRequest(request));
        await condition(() => desk.applied(ask));
      }
      const answerable = () => desk.answerable(answerBy);
      // Where looks wait for their turn, or a verdict for the ledger, no step may come in time: only then the answer has
      // a timer of its own.
      const inTime = async (by: number) => {
        if (!desk.rateLimited) await condition(() => answerable() || desk.isWriting);
        if (desk.rateLimited || !answerable()) await condition(answerable, Math.max(1, by - desk.now));
      };
      await (answerBy === undefined ? condition(answerable) : inTime(answerBy));
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
      const ask = observed();
      // An end that a person or a cancellation request brings about needs no look.
      await condition(() => desk.applied(ask) && (desk.case?.lookWanted !== true || desk.step?.kind === 'settle'));
      return desk.state();
    },
    {
      description:
        'A payment was notified or seen elsewhere: look at the order now. The message itself proves nothing.',
    },
  );
  // They wait for nothing and throw nothing: the loop does the rest, and an error in a signal would end the run.
  setHandler(
    joinSignal,
    (request) => {
      if (!asksNothingNew(request)) desk.joinLater(request);
    },
    { description: 'Join this reversal with another request of the order, without an answer. Needs no worker.' },
  );
  setHandler(paymentObservedSignal, () => void observed(), {
    description: 'The same as the update of that name, without an answer. Needs no worker.',
  });
  wireOperators(desk);
  setHandler(statusQuery, () => desk.state(), { description: 'The state of this reversal, as `submit` gives it.' });
}
