/** A refund, and then its own query until it tells an end: what Shouqianba's and DaxPay's documents ask for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, type Conclusion, refund, wordsOf } from '../case.ts';

const QUERIES = 5;
const FINAL = new Set(['refused', 'rejected']);

export async function refundAndAsk(of: Case): Promise<Conclusion> {
  const { gateway, order, pace } = of;
  const answer = await refund(of);
  if (FINAL.has(answer.kind)) return { because: `refund ${wordsOf(answer)}` };
  const asked = { refundNo: gateway.refundNo(order.orderId), amount: order.amount, reason: 'reversal' };
  for (let query = 0; query < QUERIES; query += 1) {
    await sleep(pace.queryEvery);
    const { kind } = await gateway.lookAtRefund(order, asked, { timeoutMs: pace.lookTimeout });
    if (kind === 'done') return { action: 'refunded', because: 'refund query says done' };
    if (kind === 'failed') return { because: 'refund query says failed' };
  }
  return { because: `refund ${wordsOf(answer)}, and its query tells no end` };
}
