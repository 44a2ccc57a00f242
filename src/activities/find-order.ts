/** Which order of the merchant's the gateway's own number names: one look, whose answer must name enough to start with. */
import { Context } from '@temporalio/activity';
import type { FindAnswer, FindInput, FindRefusal } from '../protocol/activities.ts';
import { type OrderView, whyNothing } from '../reversal/order-view.ts';
import { InvalidRequestError, parseRequest } from '../reversal/request.ts';
import { bounded } from './bounded.ts';
import { type ActivityDeps, accountOf } from './deps.ts';
import { orTryAgain } from './look.ts';

const TIMEOUT_MS = 5000;

const refused = (why: FindRefusal, message: string): FindAnswer => ({ kind: 'refused', why, message });

/** What a view of the order with that number is worth to somebody who wants to start a reversal of it. */
export function foundIn(view: OrderView, { provider, account, gatewayId }: FindInput): FindAnswer {
  const asked = `${gatewayId} at ${provider} (account ${account})`;
  if (view.kind === 'absent') {
    const hint = view.hint === true ? ' The answer is not signed: ask again before you rely on it.' : '';
    return refused('absent', `There is no order ${asked}.${hint}`);
  }
  if (view.kind === 'unknown' && view.why === 'otherOrder') {
    return refused('unusable', `The answer is about another order, or another account's, than ${asked}.`);
  }
  const nothing = whyNothing(view);
  if (nothing !== undefined)
    return refused('unanswered', `The gateway did not tell which order ${asked} is: ${nothing}.`);
  const { orderId, amount, currency } = view;
  if (orderId === undefined || amount === undefined || currency === undefined) {
    const missing = Object.entries({ 'the order number of the merchant': orderId, 'the amount': amount, currency })
      .filter(([, fact]) => fact === undefined)
      .map(([name]) => name);
    return refused('unusable', `The answer about ${asked} lacks ${missing.join(', ')}: no reversal can be asked for.`);
  }
  try {
    parseRequest({ provider, account, orderId, amount, currency, reason: 'ambiguous' });
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return refused(
      'unusable',
      `No reversal can be asked for with the answer about ${asked}: ${error.problems.join('; ')}.`,
    );
  }
  const order = { provider, account, orderId, amount, currency, gatewayId: view.gatewayId ?? gatewayId };
  return { kind: 'found', order: { ...order, view: view.kind } };
}

export function createFindOrder(deps: Pick<ActivityDeps, 'accounts'>) {
  return async (input: FindInput): Promise<FindAnswer> => {
    const { gateway } = accountOf(deps, input);
    if (gateway.find === undefined) {
      return refused('unusable', `An order of ${input.provider} cannot be found by the gateway's own number.`);
    }
    const options = { timeoutMs: TIMEOUT_MS, signal: Context.current().cancellationSignal };
    const { view } = orTryAgain(bounded(await gateway.find(input.gatewayId, options)), 0);
    return foundIn(view, input);
  };
}
