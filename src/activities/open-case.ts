/** Opens a case: checks the request, finds its account and rules, reads what the ledger remembers of the order. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { InvalidRequestError, parseRequest, type ReversalRequest } from '../reversal/request.ts';
import { workflowIdOf } from '../reversal/workflow-id.ts';
import type { OpenCaseInput, OpenedCase } from './contract.ts';
import { type ActivityDeps, log, runId } from './deps.ts';

/** A ledger that does not answer must not hold up the first look. */
const LEDGER_PATIENCE_MS = 2000;

/** A request that cannot be used ends its workflow at once, with every problem in the message. */
export function checkedRequest(input: unknown): ReversalRequest {
  try {
    return parseRequest(input);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    throw ApplicationFailure.create({
      message: error.message,
      type: 'InvalidRequest',
      nonRetryable: true,
      details: [error.problems],
    });
  }
}

export function createOpenCase(deps: ActivityDeps) {
  return async function openCase({ input, workflowId, now }: OpenCaseInput): Promise<OpenedCase> {
    const request = checkedRequest(input);
    const expected = workflowIdOf(request);
    if (workflowId !== expected) {
      // Under another id two reversals of one order could run side by side.
      throw ApplicationFailure.nonRetryable(
        `The reversal request is not valid: the workflow id must be ${expected}, not ${workflowId}`,
        'InvalidRequest',
      );
    }
    const account = deps.accounts.find(request.provider, request.account);
    if (account === undefined) {
      const known = deps.accounts.list().map(({ provider, name }) => `${provider}/${name}`);
      throw ApplicationFailure.nonRetryable(
        `The reversal request is not valid: account: this worker knows no ${request.provider}/${request.account}; ` +
          `it knows ${known.join(', ') || 'none'}`,
        'InvalidRequest',
      );
    }
    const order = { provider: request.provider, account: request.account, orderId: request.orderId };
    const memory = await deps.ledger
      .openCase({ order, workflowId, runId: runId(), request, now }, AbortSignal.timeout(LEDGER_PATIENCE_MS))
      .catch((error: unknown) => {
        log().warn('The ledger cannot be reached: looks go on, nothing is sent', { error: String(error) });
        return undefined;
      });
    return {
      request,
      rules: account.rules,
      overrides: account.overrides,
      ...(memory !== undefined && { memory }),
      localLooks: account.rateLimit === undefined,
      runId: Context.current().info.workflowExecution?.runId ?? '',
    };
  };
}
