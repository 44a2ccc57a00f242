/** The messages of callers: start or join, a payment that was observed, the state. */
import { setHandler } from '@temporalio/workflow';
import {
  joinSignal,
  paymentObservedSignal,
  paymentObservedUpdate,
  statusQuery,
  submitUpdate,
} from '../protocol/messages.ts';
import { YEAR } from '../reversal/instants.ts';
import { checkRequest } from './activities.ts';
import type { Desk } from './desk.ts';
import { lasting } from './lasting.ts';
import { wireOperators } from './operators.ts';
import { instantOf, requireFields, SUBMIT_FIELDS } from './validate.ts';

/** Waits until a caller can be answered, until `answerBy` at most where one is given. */
async function answered(desk: Desk, answerBy: number | undefined): Promise<void> {
  const answerable = () => desk.answerable(answerBy);
  const left = (by: number) => Math.min(Math.max(1, by - desk.now), YEAR);
  if (answerBy === undefined) {
    await desk.waited(answerable);
    return;
  }
  // Where looks wait for their turn, or a verdict for the ledger, no step may come in time: only then the answer has a
  // timer of its own.
  const mayWait = desk.rateLimited || (await desk.waited(() => answerable() || desk.isWriting));
  if (mayWait && (desk.rateLimited || !answerable())) await desk.waited(answerable, left(answerBy));
}

/** Wires every handler; the ones that need the case wait until it is open. */
export function wireHandlers(desk: Desk, input: unknown): void {
  // The same request again is a retry, except after a request to stop: then it wants the reversal again.
  const isNews = (request: unknown) => desk.stopping || JSON.stringify(request) !== JSON.stringify(input);
  const observed = () =>
    desk.change((reversal) => {
      desk.note('operator', { message: 'paymentObserved' });
      return { ...reversal, lookWanted: true };
    });
  setHandler(
    submitUpdate,
    lasting(async (message) => {
      const answerBy = instantOf(message?.answerBy);
      const request = message?.request;
      if (!(await desk.openedBy(answerBy))) {
        // Its sender hears that nobody knows the account yet: it is in force all the same, as soon as somebody does.
        if (request !== undefined && isNews(request)) desk.joinLater(request);
        return desk.state();
      }
      if (request !== undefined && isNews(request)) {
        const ask = desk.join(await checkRequest(request, Date.now()));
        // It is in force, and what stands now may be overturned by it.
        if (!(await desk.waited(() => desk.applied(ask)))) return desk.state(true);
      }
      await answered(desk, answerBy);
      if (desk.failure !== undefined) throw desk.failure;
      return desk.state();
    }),
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
    lasting(async () => {
      await desk.opened();
      const ask = observed();
      // An end that a person or a cancellation request brings about needs no look.
      const done = () => desk.applied(ask) && (desk.case?.lookWanted !== true || desk.step?.kind === 'settle');
      return (await desk.waited(done)) ? desk.state() : desk.state(true);
    }),
    {
      description:
        'A payment was notified or seen elsewhere: look at the order now. The message itself proves nothing.',
    },
  );
  // They wait for nothing and throw nothing: the loop does the rest, and an error in a signal would end the run.
  setHandler(
    joinSignal,
    (request) => {
      if (isNews(request)) desk.joinLater(request);
    },
    { description: 'Join this reversal with another request of the order, without an answer. Needs no worker.' },
  );
  setHandler(paymentObservedSignal, () => void observed(), {
    description: 'The same as the update of that name, without an answer. Needs no worker.',
  });
  wireOperators(desk);
  setHandler(statusQuery, () => desk.state(), { description: 'The state of this reversal, as `submit` gives it.' });
}
