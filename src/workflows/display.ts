/** What people see of a running reversal: its search attributes in lists, its current details on its page. */
import type { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../protocol/visibility.ts';
import type { Step } from '../reversal/decide.ts';
import type { ReversalRequest } from '../reversal/request.ts';
import type { Reversal } from '../reversal/state.ts';
import { statusOf } from '../reversal/status.ts';
import { detailsOf, unservedDetails } from './details.ts';

/** What our client's starts say. */
const AT_A_START: ReadonlySet<string | undefined> = new Set(['scheduled', 'checking']);

export class Display {
  /** Where the runbook is published; a plain mention without it. */
  runbook: string | undefined;
  #shown = '';

  /**
   * Puts right what a start from elsewhere left out, or took from another reversal: "Start Workflow Like This One"
   * copies all attributes, its final action too. Our client's starts need nothing.
   */
  open({ request }: Reversal, isStatusChecked: boolean): void {
    const before = workflowInfo().typedSearchAttributes;
    const { provider, account, orderId, reason } = SEARCH_ATTRIBUTES;
    const own = [
      { key: provider, value: request.provider },
      { key: account, value: request.account },
      { key: orderId, value: request.orderId },
      { key: reason, value: request.reason },
    ];
    const wrong = own.filter(({ key, value }) => before.get(key) !== value);
    const strange = [
      ...gone(before, SEARCH_ATTRIBUTES.stuckReason),
      ...gone(before, SEARCH_ATTRIBUTES.stuckSince),
      ...gone(before, SEARCH_ATTRIBUTES.finalAction),
      ...gone(before, SEARCH_ATTRIBUTES.latePayment),
      ...gone(before, SEARCH_ATTRIBUTES.batch),
    ];
    const isStrange = isStatusChecked && !AT_A_START.has(before.get(SEARCH_ATTRIBUTES.status));
    if (wrong.length + strange.length === 0 && !isStrange) return;
    upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.status, value: 'checking' }, ...wrong, ...strange]);
  }

  /** Nobody looks at the order, and nothing is sent: a person has to configure the account, or to stop it. */
  showUnserved({ provider, account, orderId, reason }: ReversalRequest): void {
    setCurrentDetails(unservedDetails({ provider, account, orderId }));
    this.#shown = '';
    const own = SEARCH_ATTRIBUTES;
    upsertSearchAttributes([
      { key: own.status, value: 'unserved' },
      { key: own.provider, value: provider },
      { key: own.account, value: account },
      { key: own.orderId, value: orderId },
      { key: own.reason, value: reason },
    ]);
  }

  /** Shows the case before a step that lasts; true when the search attributes changed: an event of the history. */
  show(r: Reversal, step: Step, now: number): boolean {
    setCurrentDetails(detailsOf(r, step, this.runbook));
    const status = statusOf(r, step);
    const stuck = step.kind === 'park' ? { reason: step.reason, since: sinceOf(r, step.reason, now) } : undefined;
    const finalAction = step.kind === 'settle' && step.outcome.kind === 'final' ? step.outcome.action : undefined;
    const shown = [status, stuck?.reason, stuck?.since, finalAction, r.batch, r.latePayment].join(' ');
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
      ...(r.latePayment ? [{ key: SEARCH_ATTRIBUTES.latePayment, value: true }] : []),
      ...(r.batch === undefined ? [] : [{ key: SEARCH_ATTRIBUTES.batch, value: r.batch }]),
    ]);
    return true;
  }
}

/** Parking again for the same reason is the same case for people. */
function sinceOf(r: Reversal, reason: string, now: number): number {
  return r.stuck?.reason === reason ? r.stuck.since : now;
}

type Key<Type extends SearchAttributeType> = ReturnType<typeof defineSearchAttributeKey<Type>>;

/** Unsets an attribute where it is set. */
function gone<Type extends SearchAttributeType>(attributes: TypedSearchAttributes, key: Key<Type>) {
  return attributes.get(key) === undefined ? [] : [{ key, value: null } as const];
}
