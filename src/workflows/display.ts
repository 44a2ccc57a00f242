/** What people see of a running reversal: its search attributes in lists, its current details on its page. */
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { Step } from '../reversal/decide.ts';
import type { Reversal } from '../reversal/reversal.ts';
import { statusOf } from '../reversal/status.ts';
import { detailsOf } from './details.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';

export class Display {
  /** Where the runbook is published; a plain mention without it. */
  runbook: string | undefined;
  #shown = '';

  /** Shows the case before a step that lasts; true when the search attributes changed, which is an event of the history. */
  show(r: Reversal, step: Step, now: number): boolean {
    setCurrentDetails(detailsOf(r, step, this.runbook));
    const status = statusOf(r, step);
    const stuck = step.kind === 'park' ? { reason: step.reason, since: sinceOf(r, step.reason, now) } : undefined;
    const finalAction = step.kind === 'settle' && step.outcome.kind === 'final' ? step.outcome.action : undefined;
    const shown = [status, stuck?.reason, stuck?.since, finalAction, r.batch].join(' ');
    if (shown === this.#shown) return false;
    this.#shown = shown;
    const before = workflowInfo().typedSearchAttributes;
    const wasStuck = before.get(SEARCH_ATTRIBUTES.stuckReason) !== undefined;
    const { provider, account, orderId, reason } = r.request;
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.status, value: status },
      ...(stuck !== undefined || wasStuck
        ? [
            { key: SEARCH_ATTRIBUTES.stuckReason, value: stuck?.reason ?? null },
            { key: SEARCH_ATTRIBUTES.stuckSince, value: stuck === undefined ? null : new Date(stuck.since) },
          ]
        : []),
      ...(finalAction === undefined ? [] : [{ key: SEARCH_ATTRIBUTES.finalAction, value: finalAction }]),
      ...(r.batch === undefined ? [] : [{ key: SEARCH_ATTRIBUTES.batch, value: r.batch }]),
      // Set by our client at the start; a start from elsewhere may have left them out.
      ...(before.get(SEARCH_ATTRIBUTES.provider) === undefined
        ? [
            { key: SEARCH_ATTRIBUTES.provider, value: provider },
            { key: SEARCH_ATTRIBUTES.account, value: account },
            { key: SEARCH_ATTRIBUTES.orderId, value: orderId },
            { key: SEARCH_ATTRIBUTES.reason, value: reason },
          ]
        : []),
    ]);
    return true;
  }
}

/** Parking again for the same reason is the same case for people. */
function sinceOf(r: Reversal, reason: string, now: number): number {
  return r.stuck?.reason === reason ? r.stuck.since : now;
}
