/** The state of one reversal, for people. */
import { STUCK_REASONS } from '../reversal/outcome.ts';
import type { ReversalState } from '../reversal/status.ts';
import { instant, print, printJson } from './output.ts';
import { nameOf } from './requests.ts';

/** Prints it as JSON, or a line a fact. */
export function printState(state: ReversalState, json: boolean): void {
  if (json) {
    printJson(state);
    return;
  }
  const facts: readonly (readonly [string, string | number | undefined])[] = [
    ['order', nameOf(state)],
    ['status', state.status],
    ['final action', state.finalAction],
    ['stuck', state.stuckReason && `${state.stuckReason}: ${STUCK_REASONS[state.stuckReason]}`],
    ['rule', state.rule],
    [
      'may be told',
      state.verdict ?? (state.status === 'final' || state.status === 'unattended' ? undefined : 'nothing yet'),
    ],
    ['last look', state.view && `${state.view}${state.lookedAt === undefined ? '' : ` at ${instant(state.lookedAt)}`}`],
    ['look failed', state.lookFailure],
    ['failed', state.failure],
    ['next step', state.nextStepAt && instant(state.nextStepAt)],
    ['calls sent', state.acts],
    ['paid late', state.latePayment ? 'yes' : undefined],
  ];
  for (const [name, value] of facts) if (value !== undefined) print(`${name.padEnd(13)} ${value}`);
}
