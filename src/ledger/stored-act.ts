/** An act as the ledger keeps it, checked when it is read: it may have been written by another version. */
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { type Answer, type RefusedWhy, VERBS } from '../reversal/answer.ts';
import type { UnknownKind } from '../reversal/order-view.ts';
import type { Act } from '../reversal/state.ts';
import type { ActTable } from './schema.ts';

/** An act of any run of the order. Without `answer` it may have been executed, now or later. */
export interface StoredAct extends Act {
  readonly workflowId: string;
  readonly runId: string;
  readonly refundNo?: string;
  /** Minor units, of a refund. */
  readonly amount?: number;
}

/** Records rather than lists, so that a member that the types gain and these lack does not compile. */
const REFUSED: Readonly<Record<RefusedWhy, RefusedWhy>> = {
  tooLate: 'tooLate',
  state: 'state',
  notAllowed: 'notAllowed',
  noFunds: 'noFunds',
  frozen: 'frozen',
  finished: 'finished',
  partlyRefunded: 'partlyRefunded',
  absent: 'absent',
  unclear: 'unclear',
};
type Unknown = Exclude<UnknownKind, 'notSent'>;
const UNKNOWN: Readonly<Record<Unknown, Unknown>> = {
  timeout: 'timeout',
  reset: 'reset',
  http: 'http',
  unreadable: 'unreadable',
  unsigned: 'unsigned',
  forged: 'forged',
  otherOrder: 'otherOrder',
  limited: 'limited',
  gatewayFault: 'gatewayFault',
  unfamiliar: 'unfamiliar',
  stale: 'stale',
  noStatus: 'noStatus',
};

const common = {
  hint: z.boolean().exactOptional(),
  noRepeat: z.literal(true).exactOptional(),
  gatewayId: z.string().exactOptional(),
  signedAt: z.number().exactOptional(),
  evidence: z.record(z.string(), z.string()).exactOptional(),
};

const storedAnswer: z.ZodType<Answer> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('done'),
    effect: z.enum(['closed', 'refunded', 'nothingFound', 'unspecified']),
    channel: z.enum(['paid', 'unpaid', 'closed', 'refunded', 'absent']).exactOptional(),
    ...common,
  }),
  z.object({ kind: z.literal('again'), afterMs: z.number().exactOptional(), ...common }),
  z.object({ kind: z.literal('running'), ...common }),
  z.object({ kind: z.literal('refused'), why: z.enum(REFUSED), code: z.string(), ...common }),
  z.object({ kind: z.literal('notSent'), why: z.string(), ...common }),
  z.object({ kind: z.literal('unknown'), why: z.enum(UNKNOWN), ...common }),
  z.object({
    kind: z.literal('rejected'),
    why: z.enum(['signature', 'config', 'request']),
    code: z.string(),
    ...common,
  }),
]);

const storedVerb = z.enum(VERBS);

/** As another process gives it. */
export const storedAct: z.ZodType<StoredAct> = z.object({
  seq: z.int(),
  verb: storedVerb,
  workflowId: z.string(),
  runId: z.string(),
  sentAt: z.int(),
  answer: storedAnswer.exactOptional(),
  answeredAt: z.int().exactOptional(),
  refundNo: z.string().exactOptional(),
  amount: z.int().exactOptional(),
});

/** @throws when the row holds a verb or an answer that this version does not know: better to stop than to guess */
export function storedActOf(row: Selectable<ActTable>): StoredAct {
  return {
    seq: row.seq,
    verb: storedVerb.parse(row.verb),
    workflowId: row.workflow_id,
    runId: row.run_id,
    sentAt: row.sent_at.getTime(),
    ...(row.answer !== null && { answer: storedAnswer.parse(row.answer) }),
    ...(row.answered_at !== null && { answeredAt: row.answered_at.getTime() }),
    ...(row.refund_no !== null && { refundNo: row.refund_no }),
    ...(row.amount !== null && { amount: row.amount }),
  };
}
