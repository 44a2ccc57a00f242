/** The probe behind `unwind doctor`: does the server refuse a wrong signature? */
import { randomBytes } from 'node:crypto';
import type { CallOptions } from '../gateway.ts';
import { type DaxpayConnection, fieldsOf, send } from './client.ts';
import { type Meaning, meaningOf } from './codes.ts';

export type SignatureCheck = 'refused' | 'accepted' | 'unknown';

/** Meanings that only a server can reach which looked for the order, and so let the signature pass. */
const PASSED: ReadonlySet<Meaning> = new Set<Meaning>(['ok', 'absent', 'maybeAbsent']);

/** Sends one query for a number that cannot exist, signed over other fields than it carries. Changes nothing. */
export async function refusesWrongSignature(
  connection: DaxpayConnection,
  options: CallOptions,
): Promise<SignatureCheck> {
  const { profile, signer } = connection;
  const { orderId = 'bizOrderNo' } = profile.calls.query;
  const fields = fieldsOf(connection, 'query', { [orderId]: `unwind-probe-${randomBytes(8).toString('hex')}` });
  // Well-formed, so that it is refused for what it is: a true signature over another order's number.
  const sign = signer.sign({ ...fields, [orderId]: 'unwind-probe' });
  const reply = await send(connection, 'query', { ...fields, sign }, options);
  if (reply.kind === 'unanswered') return 'unknown';
  const meaning = meaningOf(profile.codes, 'query', reply);
  if (meaning === 'signature') return 'refused';
  return reply.signed && PASSED.has(meaning) ? 'accepted' : 'unknown';
}
