/** What the ledger holds, in a few words a line. It may have been written by another version: nothing is taken for sure. */
import { z } from 'zod';
import { moneyOf } from '../reversal/money.ts';
import { instant, oneLine } from './output.ts';

const text = z.string().optional().catch(undefined);
const number = z.number().optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);

/** A look or an answer. */
const statement = z.looseObject({
  kind: z.string(),
  effect: text,
  what: text,
  in: text,
  why: text,
  code: text,
  channel: text,
  hint: flag,
  afterMs: number,
  amount: number,
  currency: text,
  remaining: number,
  gatewayId: text,
  paidAt: number,
  reversible: flag,
  allocated: flag,
  evidence: z.record(z.string(), z.string()).optional().catch(undefined),
});
const request = z.looseObject({ amount: number, currency: text, reason: text, ifPaid: text, expiresAt: number });
const final = z.looseObject({
  action: z.string(),
  by: text,
  proof: z.looseObject({ of: z.string(), kind: z.string(), askedAt: number }),
  latePayment: flag,
  contradiction: flag,
  partlyRefunded: flag,
  rule: text,
  resolution: z
    .looseObject({ finalAction: text, operator: text, evidence: text, shown: text })
    .optional()
    .catch(undefined),
});
const abandoned = z.looseObject({ kind: z.literal('abandoned'), lastView: z.string(), askedAt: number });

/** Said already by the order and its view. `sendPayDate` is `paidAt` in the gateway's zone; all else here is UTC. */
const DULL = new Set(['orderId', 'gatewayId', 'totalAmount', 'sendPayDate']);
/** Only worth a word when it is otherwise. */
const AS_EXPECTED = new Set(['signature=verified', 'http=200']);

function evidenceOf({ evidence = {}, hint, code }: z.infer<typeof statement>): string | undefined {
  const parts = Object.entries(evidence)
    .filter(([name, value]) => !DULL.has(name) && value !== code && !(name === 'signature' && hint === true))
    .map(([name, value]) => `${name}=${value}`)
    .filter((part) => !AS_EXPECTED.has(part));
  return parts.length === 0 ? undefined : `[${parts.join(' ')}]`;
}

const joined = (parts: readonly (string | false | undefined)[], by = ', ') =>
  parts.filter((part) => typeof part === 'string' && part !== '').join(by);

/** A look at the order or the refund, or the answer to an act: `refused (noFunds, ACQ.X) [traceId=…]`. */
export function said(value: unknown): string | undefined {
  const parsed = statement.safeParse(value);
  if (!parsed.success) return undefined;
  const one = parsed.data;
  const { kind, effect, what, why, code, channel, amount, remaining, gatewayId, afterMs } = one;
  const which = joined([effect, what, one.in, why, code, channel && `channel ${channel}`]);
  const facts = joined([
    which === '' ? kind : `${kind} (${which})`,
    amount !== undefined && moneyOf(amount, one.currency),
    remaining !== undefined && `${moneyOf(remaining, one.currency)} left`,
    gatewayId !== undefined && `no. ${gatewayId}`,
    one.paidAt !== undefined && `paid at ${instant(one.paidAt)}`,
    afterMs !== undefined && `again after ${afterMs} ms`,
    one.reversible === false && 'cannot be refunded any more',
    one.allocated === true && 'already split among receivers',
    one.hint === true && 'not authenticated',
  ]);
  return oneLine(joined([facts, evidenceOf(one)], ' '));
}

/** The answer to an act. A lost one is no refusal. */
export function answered(value: unknown): string | undefined {
  const words = said(value);
  return words && statement.parse(value).kind === 'unknown' ? `${words}; it may have been executed` : words;
}

/** What an operator decided and who, of a recorded end: `kept by li`. */
export function resolved(value: unknown): string | undefined {
  const { resolution } = final.safeParse(value).data ?? {};
  return resolution && oneLine(`${resolution.finalAction} by ${resolution.operator}`);
}

/** How it ended, and what proves it. */
export function ended(value: unknown): string | undefined {
  const stopped = abandoned.safeParse(value);
  if (stopped.success) {
    const { lastView, askedAt } = stopped.data;
    return `abandoned, nothing concluded; last look: ${lastView}${askedAt === undefined ? '' : ` at ${instant(askedAt)}`}`;
  }
  const parsed = final.safeParse(value);
  if (!parsed.success) return undefined;
  const { action, by, proof, resolution } = parsed.data;
  const at = proof.askedAt === undefined ? '' : ` of ${instant(proof.askedAt)}`;
  const how =
    resolution === undefined
      ? `proved by the look at the ${proof.of}${at}: ${proof.kind}`
      : `${resolution.operator} decided ${resolution.finalAction}: ${resolution.evidence}; the gateway showed ${resolution.shown}`;
  return oneLine(
    joined([
      by === 'us' || by === 'gateway' ? `${action} by ${by === 'us' ? 'Unwind' : 'the gateway'}` : action,
      how,
      parsed.data.latePayment === true && 'paid late',
      parsed.data.partlyRefunded === true && 'somebody had refunded a part of it already',
      parsed.data.contradiction === true && "the gateway's answers contradict each other: ask it",
      parsed.data.rule !== undefined && `rule ${parsed.data.rule}`,
    ]),
  );
}

/** `void, if paid reverse, 12.80 CNY`. */
export function asked(value: unknown): string | undefined {
  const parsed = request.safeParse(value);
  if (!parsed.success) return undefined;
  const { reason, ifPaid, amount, currency, expiresAt } = parsed.data;
  return oneLine(
    joined([
      reason,
      ifPaid !== undefined && `if paid ${ifPaid}`,
      amount !== undefined && moneyOf(amount, currency),
      expiresAt !== undefined && `can be paid until ${instant(expiresAt)}`,
    ]),
  );
}
