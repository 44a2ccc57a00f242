/** Asked again where the call is made: a workflow decides by what it was told, which may be old or somebody else's. */
import { Context } from '@temporalio/activity';
import { RULES } from '../gateways/rules.ts';
import type { Verb } from '../reversal/answer.ts';
import type { OrderKey } from '../reversal/request.ts';
import type { Rules } from '../reversal/rules.ts';
import { workflowIdOf } from '../reversal/workflow-id.ts';
import type { ActivityDeps } from './deps.ts';

const WORKFLOW_TYPE = 'reversePayment';

/** Why nothing may be sent or written for the order; undefined when it may. Others can start activities by hand, too. */
export function notOfItsReversal(order: OrderKey): string | undefined {
  const { workflowExecution, workflowType } = Context.current().info;
  const isIts = workflowType === WORKFLOW_TYPE && workflowExecution?.workflowId === workflowIdOf(order);
  return isIts ? undefined : `only the workflow ${workflowIdOf(order)} may do this`;
}

/** Why this worker sends no such call; undefined when it does. */
export function forbids({ accounts }: ActivityDeps, verb: Verb, order: OrderKey): string | undefined {
  const account = accounts.find(order.provider, order.account);
  if (account === undefined) return 'this worker has no such account';
  const stranger = notOfItsReversal(order);
  if (stranger !== undefined) return stranger;
  const rules = Object.entries<Rules>(RULES).find(([name]) => name === account.rules)?.[1];
  const permits: Readonly<Partial<Record<Verb, boolean>>> = { ...rules?.permits, ...account.overrides.permits };
  return permits[verb] === false ? `this account permits no ${verb}` : undefined;
}
