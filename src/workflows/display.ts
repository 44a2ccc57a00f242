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

  /**
   * Puts right what a start from elsewhere left out, or took from another reversal: "Start Workflow Like This One" copies
   * all attributes, its final action too. Our client's starts need nothing.
   */
  open({ request }: Reversal): void {
    const before = workflowInfo().typedSearchAttributes;
    const { provider, account, orderId, reason } = SEARCH_ATTRIBUTES;
    const own = [
      { key: provider, value: request.provider },
      { key: account, value: request.account },
      { key: orderId, value: request.orderId },
      { key: reason, value: request.reason },
    ];
    const wrong = own.filter(({ key, value }) => before.get(key) !== value);
    const strange = [SEARCH_ATTRIBUTES.stuckReason, SEARCH_ATTRIBUTES.finalAction, SEARCH_ATTRIBUTES.batch].flatMap(
      (key) => (before.get(key) === undefined ? [] : [{ key, value: null }]),
    );
    const since = SEARCH_ATTRIBUTES.stuckSince;
    if (wrong.length === 0 && strange.length === 0 && before.get(since) === undefined) return;
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.status, value: 'checking' },
      ...wrong,
      ...strange,
      ...(before.get(since) === undefined ? [] : [{ key: since, value: null }]),
    ]);
  }

  /** Shows the case before a step that lasts; true when the search attributes changed, which is an event of the history. */
  show(r: Reversal, step: Step, now: number): boolean {
    setCurrentDetails(detailsOf(r, step, this.runbook));
    const status = statusOf(r, step);
    const stuck = step.kind === 'park' ? { reason: step.reason, since: sinceOf(r, step.reason, now) } : undefined;
    const finalAction = step.kind === 'settle' && step.outcome.kind === 'final' ? step.outcome.action : undefined;
    const shown = [status, stuck?.reason, stuck?.since, finalAction, r.batch].join(' ');
    if (shown === this.#shown) return false;
    this.#shown = shown;
    const wasStuck = workflowInfo().typedSearchAttributes.get(SEARCH_ATTRIBUTES.stuckReason) !== undefined;
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
    ]);
    return true;
  }
}

/** Parking again for the same reason is the same case for people. */
function sinceOf(r: Reversal, reason: string, now: number): number {
  return r.stuck?.reason === reason ? r.stuck.since : now;
}
