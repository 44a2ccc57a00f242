/** What came of one incident, measured alike for Unwind and for every baseline. */
import type { RandomIncident } from '../../src/demo/random/generate.ts';
import type { FinalAction } from '../../src/reversal/outcome.ts';
import type { LogEntry, MoneyEntry, OrderTruth, Sandbox } from '../../src/sandbox/index.ts';
import { behind, type GatewayName } from '../../src/stand/accounts.ts';
import { agrees, blindActs } from '../../src/stand/agreement.ts';

export interface Ended {
  readonly incident: RandomIncident;
  readonly orderId: string;
  /** What was claimed; absent when it was left to people, or nobody knows. */
  readonly action?: FinalAction;
  readonly because: string;
  /** From the start to the first word that may be told, in milliseconds of the run. */
  readonly verdictMs?: number;
}

/** Amounts are minor units. */
export interface Measured {
  readonly index: number;
  readonly gateway: GatewayName;
  readonly action?: FinalAction;
  readonly because: string;
  /** The claim and the money disagree, or a payment was called kept that was to be reversed. */
  readonly wrong: boolean;
  /** Claimed undone, and this much of the payer's money is still with the shop. */
  readonly keptFromPayer: number;
  /** To be kept, paid before the first act was sent, and given back by an act of its own. */
  readonly givenBack: number;
  /** Claimed kept, and nothing of this price is with the shop. */
  readonly withoutMoney: number;
  /** Claimed undone, and the order, which exists, can still be paid. */
  readonly leftPayable: boolean;
  readonly blindActs: number;
  readonly calls: number;
  readonly verdictMs?: number;
}

const ACTS: ReadonlySet<string> = new Set(['cancel', 'close', 'revoke', 'refund']);
const BY_OTHERS: ReadonlySet<string> = new Set(['refundElsewhere', 'partialRefund', 'cancelElsewhere']);

function givenBack(incident: RandomIncident, log: readonly LogEntry[], money: readonly MoneyEntry[]): number {
  const meddled = incident.order.events?.some(({ name }) => BY_OTHERS.has(name));
  const firstAct = log.find(({ operation }) => ACTS.has(operation));
  const paid = money.find(({ kind }) => kind === 'taken');
  // What is paid while an act is on its way goes back with it, whoever sends it.
  const wasThere = paid !== undefined && firstAct !== undefined && paid.at < firstAct.at;
  if (incident.request.ifPaid !== 'keep' || meddled || !wasThere) return 0;
  const back = money.filter(({ kind, at }) => kind === 'returned' && at >= firstAct.at);
  return back.reduce((sum, { amount }) => sum + amount, 0);
}

/** Judged when all is over, against the gateway's own books. */
export function measure(sandbox: Sandbox, ended: Ended): Measured {
  const { incident, orderId, action, because, verdictMs } = ended;
  const { system } = behind(incident.gateway);
  const truth = sandbox.truth(system, orderId);
  if (truth === undefined) throw new Error(`the sandbox has lost the order ${orderId}`);
  const log = sandbox.log({ system, orderId });
  return {
    index: incident.index,
    gateway: incident.gateway,
    ...(action !== undefined && { action }),
    because,
    ...claimAgainst(truth, incident, action),
    givenBack: givenBack(incident, log, sandbox.money({ system, orderId })),
    blindActs: blindActs(log).length,
    calls: log.filter(({ operation }) => operation !== 'notify').length,
    ...(verdictMs !== undefined && { verdictMs }),
  };
}

function claimAgainst(truth: OrderTruth, { request }: RandomIncident, action: FinalAction | undefined) {
  const stays = truth.taken - truth.returned;
  const undone = action !== undefined && action !== 'kept';
  const exists = truth.state.toLowerCase() !== 'absent';
  const keptAgainstOrders = action === 'kept' && request.ifPaid === 'reverse';
  return {
    wrong: action !== undefined && (!agrees(action, truth) || keptAgainstOrders),
    keptFromPayer: undone ? stays : 0,
    leftPayable: undone && exists && truth.payable,
    withoutMoney: action === 'kept' && stays === 0 ? truth.amount : 0,
  };
}
