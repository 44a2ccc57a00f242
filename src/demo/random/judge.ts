/** Whether an incident ended as it had to. */
import { FINAL_ACTIONS, type FinalAction } from '../../reversal/outcome.ts';
import type { LogEntry, OrderTruth } from '../../sandbox/index.ts';
import { agrees, blindActs } from '../../stand/agreement.ts';
import type { RandomIncident } from './generate.ts';

export interface Ending {
  /** `final`, `stuck`, or what it was when patience ended. */
  readonly status: string;
  readonly finalAction?: string;
  readonly stuckReason?: string;
}

export interface Judgement {
  /** In words; empty when all is well. */
  readonly wrong: readonly string[];
  readonly blindActs: number;
}

const ACTS: ReadonlySet<string> = new Set(['cancel', 'revoke', 'refund']);

function actionNamed(name: string | undefined): FinalAction | undefined {
  return FINAL_ACTIONS.find((action) => action === name);
}

/** Judged when everything is over: what came later must not have made a conclusion untrue. */
export function judge(
  incident: RandomIncident,
  ending: Ending,
  truth: OrderTruth,
  log: readonly LogEntry[],
): Judgement {
  const wrong: string[] = [];
  const blind = blindActs(log);
  if (blind.length > 0) wrong.push(`${blind.length} calls without a look right before them`);
  const action = actionNamed(ending.finalAction);
  if (ending.status === 'final') {
    if (action === undefined) wrong.push(`final without a final action`);
    else if (!agrees(action, truth)) wrong.push(`concluded ${action}, and the money says otherwise`);
    if (action === 'kept' && incident.request.ifPaid === 'reverse') wrong.push('kept, and it was to be reversed');
    if (gaveBackWhatWasToBeKept(incident, action, log)) wrong.push('given back, and it was to be kept');
  } else if (ending.status === 'stuck') {
    if (!incident.sticks.some((reason) => reason === ending.stuckReason)) {
      wrong.push(`waits for people (${ending.stuckReason}), and nobody would have to look`);
    }
  } else {
    wrong.push(`undecided: ${ending.status}`);
  }
  return { wrong, blindActs: blind.length };
}

/** A payment that was there from the beginning, and that every look showed. */
function gaveBackWhatWasToBeKept(
  { kind, request, order }: RandomIncident,
  action: FinalAction | undefined,
  log: readonly LogEntry[],
): boolean {
  const looksWork = !order.faults?.some(({ operation }) => operation === 'query');
  const alone = order.events === undefined;
  const gaveBack = (action === 'refunded' || action === 'reversed') && log.some(({ operation }) => ACTS.has(operation));
  return kind === 'paid' && request.ifPaid === 'keep' && looksWork && alone && gaveBack;
}
