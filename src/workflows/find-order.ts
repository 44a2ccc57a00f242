/**
 * Finds the merchant's own number of an order by the gateway's, so that a reversal of it can be asked for. A workflow, so
 * that only workers need keys; the reversal itself has no other identity than the merchant's number.
 */
import { ActivityFailure, ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import type { FindAnswer, FindInput, ReversalActivities } from '../protocol/activities.ts';
import { LONGEST_ORDER_NUMBER, orderNumberPattern, orderNumberWords } from '../reversal/order-number.ts';
import { requireInput } from './input.ts';
import type { Check } from './validate.ts';

/** No gateway's own number is longer than the longest of a merchant's (DaxPay Open, spec/daxpay.md 3). */
const pattern = orderNumberPattern(LONGEST_ORDER_NUMBER);
const number: Check = (value) =>
  typeof value === 'string' && pattern.test(value) ? undefined : orderNumberWords(LONGEST_ORDER_NUMBER);
const name: Check = (value) => (typeof value === 'string' && value !== '' ? undefined : 'must not be empty');

const FIELDS = { provider: name, account: name, gatewayId: number };
const EXAMPLE = '{ "provider": "alipay", "account": "pos-east", "gatewayId": "2026112022001400000000000001" }';

/**
 * @param input anything wrong with it ends the workflow at once, with every problem listed
 * @returns what was found, or why nothing was: neither is a failure of the workflow
 */
export async function findOrder(input: FindInput): Promise<FindAnswer> {
  requireInput(input, FIELDS, EXAMPLE);
  const { findOrder: ask } = proxyActivities<Pick<ReversalActivities, 'findOrder'>>({
    startToCloseTimeout: '10 seconds',
    // Somebody waits for it. So many tries, since a worker that lacks the account may take some of them.
    scheduleToCloseTimeout: '30 seconds',
    retry: { initialInterval: '300 milliseconds', backoffCoefficient: 1.5, maximumAttempts: 7 },
    priority: { priorityKey: 3, fairnessKey: input.account.slice(0, 64) },
  });
  try {
    return await ask(input);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const { cause } = error;
    const message = cause instanceof ApplicationFailure ? cause.message : 'No worker has answered in time.';
    return { kind: 'refused', why: 'unanswered', message };
  }
}
