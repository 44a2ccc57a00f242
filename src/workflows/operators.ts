/** The messages of people, each with its check and the description that the Web UI shows. */
import { ApplicationFailure, CancellationScope, condition, setHandler } from '@temporalio/workflow';
import {
  cancelClosureUpdate,
  holdUpdate,
  noteUpdate,
  type OperatorMessage,
  type RescheduleMessage,
  type ResolveMessage,
  type ResubmitMessage,
  releaseUpdate,
  rescheduleUpdate,
  resolveUpdate,
  resubmitSignal,
  resubmitUpdate,
} from '../protocol/messages.ts';
import { holding, intervened, released, rescheduled, resubmitted } from '../reversal/asked.ts';
import { resolving, tooEarly } from '../reversal/resolution.ts';
import type { Reversal } from '../reversal/state.ts';
import type { ReversalState } from '../reversal/status.ts';
import type { Desk } from './desk.ts';
import { lasting } from './lasting.ts';
import {
  instantOf,
  OPERATOR_FIELDS,
  plain,
  problemsOf,
  RESCHEDULE_FIELDS,
  RESOLVE_FIELDS,
  RESUBMIT_FIELDS,
  requireFields,
} from './validate.ts';

const isClosure = ({ request, acts }: Reversal) => request.reason === 'timeout' && acts.length === 0;

/** Checked before the message is accepted, and again by its handler: an earlier one came before the case was open. */
function requireClosure(reversal: Reversal | undefined, what: 'moved' | 'given up'): void {
  if (reversal === undefined) return;
  if (!isClosure(reversal)) throw noClosure(`Only a scheduled closure that has sent nothing yet can be ${what}.`);
  if (what === 'moved' && reversal.stopRequestedAt !== undefined) throw noClosure(GIVEN_UP);
}

const GIVEN_UP = 'This closure is being given up, and was not moved. Schedule it again if the order is to be closed.';
const GOES_ON = 'Another request joined this closure, and it goes on for that. It was not given up.';

function noClosure(message: string): Error {
  return plain(ApplicationFailure.nonRetryable(message, 'NoClosure'));
}

const WHO = '{ "operator": "your name", "reason": "why" }';
const RESCHEDULE = '{ "operator": "your name", "reason": "why", "dueAt": "2026-11-20T04:00:00Z" }';
const RESOLVE = '{ "operator": "your name", "finalAction": "refunded", "evidence": "what you found" }';

type Change = (reversal: Reversal, now: number) => Reversal;

export function wireOperators(desk: Desk): void {
  /** Journals who did what, and has the loop apply the change at its own time, before it decides. */
  const ask = (message: string, { operator, reason }: OperatorMessage, body: object, change: Change): number => {
    return desk.change((reversal, now) => {
      // A batch sends again what a worker that died may not have sent: once is told.
      if (message === 'resubmit' && change(reversal, now) === reversal) return reversal;
      desk.note('operator', { message, ...body });
      return change(intervened(reversal, { at: now, message, operator, reason }), now);
    });
  };
  /** What comes back is the state after the loop has decided with the change; a call in flight is finished first. */
  const asked = lasting(async (...asking: Parameters<typeof ask>): Promise<ReversalState> => {
    await desk.opened();
    const number = ask(...asking);
    await condition(() => desk.applied(number));
    return desk.state();
  });
  const checked = (fields: Parameters<typeof requireFields>[1], example: string) => (message: unknown) =>
    requireFields(message, fields, example);

  const resubmission = (message: ResubmitMessage | undefined): Parameters<typeof ask> => {
    const who = { operator: message?.operator ?? 'somebody', reason: message?.reason ?? 'no reason given' };
    return ['resubmit', who, message ?? {}, (reversal, now) => resubmitted(reversal, now, message?.batch)];
  };
  setHandler(resubmitUpdate, (message) => asked(...resubmission(message)), {
    description: `Try again from a fresh look at the order. The input may be left empty, or be ${WHO}`,
    validator: (message) => (message === undefined ? undefined : requireFields(message, RESUBMIT_FIELDS, WHO)),
  });
  setHandler(
    resubmitSignal,
    async (given) => {
      // Nobody is told that a signal does not fit: it is a resubmission all the same, and its text is left out, since
      // text of any length would make a record that no server takes.
      const message = problemsOf(given, RESUBMIT_FIELDS).length === 0 ? given : undefined;
      // What leaves a signal's handler ends the run: a cancellation would end it before the last look and the record.
      await CancellationScope.nonCancellable(() =>
        condition(() => desk.case !== undefined || desk.failure !== undefined),
      );
      if (desk.failure === undefined) ask(...resubmission(message));
    },
    { description: 'The same as the update of that name, for many reversals in one batch. Needs no input.' },
  );

  setHandler(holdUpdate, (message) => asked('hold', message, message, holding), {
    description: `Send nothing more until \`release\`; looks, watch and record go on. ${WHO}`,
    validator: checked(OPERATOR_FIELDS, WHO),
  });
  setHandler(releaseUpdate, (message) => asked('release', message, message, released), {
    description: `Go on after \`hold\`. ${WHO}`,
    validator: checked(OPERATOR_FIELDS, WHO),
  });
  setHandler(
    rescheduleUpdate,
    lasting(async (message: RescheduleMessage) => {
      await desk.opened();
      requireClosure(desk.case, 'moved');
      const state = await asked('reschedule', message, message, (reversal, now) =>
        rescheduled(reversal, instantOf(message.dueAt) ?? now, now),
      );
      if (desk.case?.stopRequestedAt !== undefined) throw noClosure(GIVEN_UP);
      return state;
    }),
    {
      description: `Move a scheduled closure that has sent nothing yet. ${RESCHEDULE}`,
      validator: (message) => {
        requireFields(message, RESCHEDULE_FIELDS, RESCHEDULE);
        requireClosure(desk.case, 'moved');
      },
    },
  );

  setHandler(
    cancelClosureUpdate,
    lasting(async (message: OperatorMessage) => {
      await desk.opened();
      requireClosure(desk.case, 'given up');
      const stopped: Change = (reversal, now) =>
        isClosure(reversal) || reversal.legacy === true ? { ...reversal, stopRequestedAt: now } : reversal;
      desk.stopping = true;
      await asked('cancelClosure', message, message, stopped);
      // It looks once more, so that the ledger tells what was left open; a request that joins meanwhile takes it back.
      await condition(() => desk.step?.kind === 'settle' || desk.case?.stopRequestedAt === undefined);
      if (desk.case?.stopRequestedAt === undefined) throw noClosure(GOES_ON);
      return desk.state();
    }),
    {
      description: `Give up a scheduled closure that has sent nothing yet; the order stays as it is. ${WHO}`,
      validator: (message) => {
        requireFields(message, OPERATOR_FIELDS, WHO);
        requireClosure(desk.case, 'given up');
      },
    },
  );

  setHandler(
    resolveUpdate,
    lasting(async (message: ResolveMessage) => {
      await asked('resolve', { operator: message.operator, reason: message.evidence }, message, (reversal, now) =>
        resolving(reversal, message, now),
      );
      await condition(() => desk.case?.resolution === undefined || desk.step?.kind === 'settle');
      const { refusal } = desk.reversal;
      if (refusal === undefined) return desk.state();
      throw plain(ApplicationFailure.nonRetryable(refusal, 'Contradicted'));
    }),
    {
      description:
        `Record what a person found out: kept, closed, refunded or nothing_to_reverse. It looks ` +
        `at the order first, and refuses what the gateway contradicts. ${RESOLVE}`,
      validator: (message) => {
        requireFields(message, RESOLVE_FIELDS, RESOLVE);
        // A validator runs once and is not replayed, so the clock may be asked here.
        const problem = desk.case && tooEarly(desk.case, message, Date.now());
        if (problem !== undefined) throw plain(new Error(problem));
      },
    },
  );
  setHandler(noteUpdate, (message) => asked('note', message, message, (reversal) => reversal), {
    description: `Write a note into the journal. ${WHO}`,
    validator: checked(OPERATOR_FIELDS, WHO),
  });
}
