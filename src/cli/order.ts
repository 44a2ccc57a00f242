/** Which reversal a command is about: provider, account and order, or its workflow id. */
import type { Command } from 'commander';
import type { OrderKey } from '../reversal/request.ts';
import { orderOfWorkflowId } from '../reversal/workflow-id.ts';
import { BadInput } from './errors.ts';

/** Adds the arguments. They are optional to the parser, since a workflow id may stand for all three. */
export function takesOrder(command: Command): Command {
  return command
    .argument('[provider]', 'alipay, shouqianba or daxpay; or the workflow id, which names all three')
    .argument('[account]', "as the worker's configuration names it")
    .argument('[orderId]', "the merchant's own number");
}

/** @throws BadInput unless it is three parts, or one workflow id */
export function orderOf(parts: readonly (string | undefined)[]): OrderKey {
  const given = parts.filter((part) => part !== undefined);
  const [provider, account, orderId] = given;
  if (provider !== undefined && account !== undefined && orderId !== undefined) return { provider, account, orderId };
  const order = given.length === 1 && provider !== undefined ? orderOfWorkflowId(provider) : undefined;
  if (order !== undefined) return order;
  throw new BadInput('Name the order: <provider> <account> <orderId>, or its workflow id.');
}
