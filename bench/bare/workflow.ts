/**
 * The yardstick: query, cancel, query, record as anybody would write it first. Four regular activities and nothing
 * else: no search attributes, no status, no messages, no journal, no look before a repeat, one insert at the end.
 */
import { ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import type { BareActivities, BareOrder } from './activities.ts';

const { query, cancel, record } = proxyActivities<BareActivities>({ startToCloseTimeout: '30 seconds' });

export async function bareReversal(order: BareOrder): Promise<string> {
  const before = await query(order);
  if (before.kind === 'paid') await cancel(order);
  const after = await query(order);
  if (after.kind !== 'refunded' && after.kind !== 'gone') throw ApplicationFailure.nonRetryable(`still ${after.kind}`);
  await record({ order, finalAction: 'refunded' });
  return 'refunded';
}
