/** What a gateway says goes into histories and the journal: one text of any length would be the end of a reversal. */
import type { Answer } from '../reversal/answer.ts';
import type { OrderView, RefundView } from '../reversal/order-view.ts';

/** Several times what the longest answer that any gateway documents comes to; a hundred of them fit into one record. */
const MAX_BYTES = 8 * 1024;

/** The value itself, or what is known of an answer that is no gateway's: nothing. It may have been executed. */
export function bounded<Said extends OrderView | RefundView | Answer>(
  said: Said,
): Said | { readonly kind: 'unknown'; readonly why: 'unreadable'; readonly evidence: { readonly bytes: string } } {
  const bytes = Buffer.byteLength(JSON.stringify(said));
  return bytes <= MAX_BYTES ? said : { kind: 'unknown', why: 'unreadable', evidence: { bytes: String(bytes) } };
}
