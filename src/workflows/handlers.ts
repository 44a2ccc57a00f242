/** The messages of a reversal, each with its check and the description that the Web UI shows. */
import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import { horizonEnd } from '../reversal/facts.ts';
import { type Reversal, resubmitted } from '../reversal/reversal.ts';
import type { ReversalState } from '../reversal/status.ts';
import { checkRequest } from './activities.ts';
import type { Desk } from './desk.ts';
import {
  holdUpdate,
  noteUpdate,
  type OperatorMessage,
  paymentObservedUpdate,
  type RescheduleMessage,
  type ResolveMessage,
  releaseUpdate,
  rescheduleUpdate,
  resolveUpdate,
  resubmitSignal,
  resubmitUpdate,
  statusQuery,
  submitUpdate,
} from './messages.ts';
import {
  instantOf,
  OPERATOR_FIELDS,
  RESCHEDULE_FIELDS,
  RESOLVE_FIELDS,
  requireFields,
  SUBMIT_FIELDS,
} from './validate.ts';

const WHO = '{ "operator": "your name", "reason": "why" }';

/** Wires every handler; the ones that need the case wait until it is open. */
export function wireHandlers(desk: Desk, input: unknown): void {
  const opened = async () => {
    await condition(() => desk.case !== undefined || desk.failure !== undefined);
    if (desk.failure !== undefined) throw desk.failure;
  };
  const byOperator =
    <Message extends OperatorMessage>(
      name: string,
      change: (reversal: Reversal, message: Message, now: number) => Reversal,
    ) =>
    async (message: Message): Promise<ReversalState> => {
      await opened();
      desk.note('operator', { message: name, ...message });
      // What comes back is the state after the loop has decided with it; a call in flight is finished first.
      const ask = desk.change((reversal, now) => change(reversal, message, now));
      await condition(() => desk.applied(ask));
      return desk.state();
    };
  const checked = (fields: Parameters<typeof requireFields>[1], example: string) => (message: unknown) =>
    requireFields(message, fields, example);

  setHandler(
    submitUpdate,
    async (message) => {
      await opened();
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
      await opened();
      desk.note('operator', { message: 'paymentObserved' });
      const ask = desk.change((reversal) => ({ ...reversal, lookWanted: true }));
      // An end that a person or a cancellation request brings about needs no look.
      await condition(() => desk.applied(ask) && (desk.case?.lookWanted !== true || desk.step?.kind === 'settle'));
      return desk.state();
    },
    {
      description:
        'A payment was notified or seen elsewhere: look at the order now. The message itself proves nothing.',
    },
  );
  setHandler(
    resubmitUpdate,
    byOperator('resubmit', (reversal, _, now) => resubmitted(reversal, now)),
    {
      description: `Try again from a fresh look at the order. ${WHO}`,
      validator: checked(OPERATOR_FIELDS, WHO),
    },
  );
  setHandler(
    resubmitSignal,
    async (message) => {
      await opened();
      desk.note('operator', { message: 'resubmit', operator: message?.operator ?? 'signal', reason: message?.reason });
      desk.change((reversal, now) => resubmitted(reversal, now));
    },
    { description: 'The same as the update of that name, for many reversals in one batch. Needs no input.' },
  );
  setHandler(
    holdUpdate,
    byOperator('hold', (reversal) => ({ ...reversal, held: true })),
    {
      description: `Send nothing more until \`release\`; looks, watch and record go on. ${WHO}`,
      validator: checked(OPERATOR_FIELDS, WHO),
    },
  );
  setHandler(
    releaseUpdate,
    byOperator('release', (reversal) => ({ ...reversal, held: false, lookWanted: true })),
    { description: `Go on after \`hold\`. ${WHO}`, validator: checked(OPERATOR_FIELDS, WHO) },
  );
  const reschedule = '{ "operator": "your name", "reason": "why", "dueAt": "2026-11-20T04:00:00Z" }';
  setHandler(
    rescheduleUpdate,
    byOperator<RescheduleMessage>('reschedule', (reversal, message, now) => {
      const dueAt = instantOf(message.dueAt) ?? now;
      return { ...reversal, dueAt, request: { ...reversal.request, expiresAt: dueAt } };
    }),
    {
      description: `Move a scheduled closure that has sent nothing yet. ${reschedule}`,
      validator: (message) => {
        requireFields(message, RESCHEDULE_FIELDS, reschedule);
        if (desk.case !== undefined && (desk.case.acts.length > 0 || desk.case.request.reason !== 'timeout')) {
          throw new Error('Only a scheduled closure that has sent nothing yet can be moved.');
        }
      },
    },
  );
  const resolve = '{ "operator": "your name", "reason": "what you found", "action": "refunded" }';
  setHandler(
    resolveUpdate,
    async (message) => {
      const state = await byOperator<ResolveMessage>('resolve', (reversal, { action, operator, reason }, now) =>
        unresolvable(reversal, action, now) === undefined
          ? { ...reversal, resolution: { action, operator, reason } }
          : reversal,
      )(message);
      const problem = unresolvable(desk.reversal, message.action, desk.now);
      if (desk.reversal.resolution === undefined && problem !== undefined) {
        throw ApplicationFailure.nonRetryable(problem, 'TooEarly');
      }
      return state;
    },
    {
      description: `Record what a person found out and settled: kept, closed, refunded or nothing_to_reverse. ${resolve}`,
      validator: (message) => {
        requireFields(message, RESOLVE_FIELDS, resolve);
        // A validator runs once and is not replayed, so the clock may be asked here.
        const problem = desk.case === undefined ? undefined : unresolvable(desk.case, message.action, Date.now());
        if (problem !== undefined) throw new Error(problem);
      },
    },
  );
  setHandler(
    noteUpdate,
    byOperator('note', (reversal) => reversal),
    { description: `Write a note into the journal. ${WHO}`, validator: checked(OPERATOR_FIELDS, WHO) },
  );
  setHandler(statusQuery, () => desk.state(), { description: 'The state of this reversal, as `submit` gives it.' });
}

/** What a person may not decide yet: a lost call may still take the payment back, or close the order. */
function unresolvable(reversal: Reversal, action: string, now: number): string | undefined {
  const until = horizonEnd(reversal, now);
  if (until === 0 || (action !== 'kept' && action !== 'closed' && action !== 'nothing_to_reverse')) return undefined;
  return (
    `A call whose answer was lost may still be executed until ${new Date(until).toISOString()}: ` +
    `\`${action}\` cannot be decided before that.`
  );
}
