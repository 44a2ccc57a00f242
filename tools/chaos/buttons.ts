/** What people, gateways and attackers press in a run of chaos: how often each had an effect. */

export const BUTTONS = [
  'reset', // a run is sent back to one of its workflow tasks
  'resetContinued', // the same, of a run that another continued, or that continued another
  'batchReset', // executions that one batch operation of the server sent back
  'terminateAndStart', // ended without a word, and started again
  'workerWithoutAccount', // a worker came up whose configuration lacks an account
  'resubmittedWithoutAccount', // of that account: sent on meanwhile
  'closuresWithoutAccount', // of that account: closures that were due meanwhile
  'slowLedger', // answers of the ledger that were held back
  'replayedNotifications', // genuine ones that arrived again
  'replayedAnswers', // looks that were answered with an older signed answer of the same order
  'unseenLies', // a person's wrong word, sent as one that no look can prove
  'voidWhileGivenUp', // somebody voids a payment at the instant at which its closure is given up
] as const;
export type Button = (typeof BUTTONS)[number];
export type Buttons = Record<Button, number>;

export function newButtons(): Buttons {
  return {
    ...{ reset: 0, resetContinued: 0, batchReset: 0, terminateAndStart: 0 },
    ...{ workerWithoutAccount: 0, resubmittedWithoutAccount: 0, closuresWithoutAccount: 0 },
    ...{ slowLedger: 0, replayedNotifications: 0, replayedAnswers: 0, unseenLies: 0, voidWhileGivenUp: 0 },
  };
}
