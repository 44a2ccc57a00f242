/** What a run of chaos came to, for scripts and for people. */
import { behind } from '../../src/stand/accounts.ts';
import type { Tally } from './attacks.ts';
import type { ChaosOptions } from './options.ts';
import type { Site } from './site.ts';
import type { Findings, Verdict } from './verdict.ts';

export interface ChaosReport extends Record<keyof Findings, number> {
  readonly seconds: number;
  readonly seed: number;
  readonly reversals: number;
  /** Of them, before the attacks were over. */
  readonly endedMeanwhile: number;
  readonly messages: number;
  /** Processes ended without warning. */
  readonly kills: number;
  readonly killed: Tally['kills'];
  /** Calls that a gateway answered wrongly or not at all, connections that were broken, the receiver's failures. */
  readonly faults: number;
  readonly outages: number;
  readonly skewedWorkers: number;
  readonly finalActions: Readonly<Record<string, number>>;
  /** Open and waiting for people, by reason. */
  readonly stuck: Readonly<Record<string, number>>;
  readonly webhookEvents: number;
  readonly actsAfterUnreachable: number;
  /** Workers that ended though nobody killed them, and starts that failed while something was down. */
  readonly workersEnded: number;
  readonly failedStarts: number;
}

export interface Played {
  readonly options: ChaosOptions;
  readonly site: Site;
  readonly tally: Tally;
  readonly verdict: Verdict;
  readonly reversals: number;
  readonly endedMeanwhile: number;
  readonly messages: number;
  readonly stuck: ReadonlyMap<string, string>;
}

export function reportOf({
  options,
  site,
  tally,
  verdict,
  reversals,
  endedMeanwhile,
  messages,
  stuck,
}: Played): ChaosReport {
  const { kills, cutConnections, outages, skewedWorkers } = tally;
  const { findings, ...counted } = verdict;
  const faulty = site.sandbox.log().filter(({ fault }) => fault !== undefined).length;
  const refused = site.gateways.reduce((sum, name) => sum + site.sandbox.refused(behind(name).system), 0);
  const failedDeliveries = site.receiver.tries.filter(({ fault }) => fault !== undefined).length;
  const byReason: Record<string, number> = {};
  for (const reason of stuck.values()) byReason[reason] = (byReason[reason] ?? 0) + 1;
  return {
    ...{ seconds: options.seconds, seed: options.seed, reversals, endedMeanwhile, messages },
    kills: kills.worker + kills.server + kills.ledger,
    killed: kills,
    faults: faulty + refused + cutConnections + failedDeliveries,
    ...{ outages, skewedWorkers },
    ...counted,
    ...counts(findings),
    stuck: byReason,
    workersEnded: site.workers.reduce((sum, { ends }) => sum + ends.length, 0),
    failedStarts: site.workers.reduce((sum, { failedStarts }) => sum + failedStarts, 0),
  };
}

function counts(findings: Findings): Record<keyof Findings, number> {
  const { wrong, blindActs, doubleRefunds, lost, undecided, needlesslyStuck, unwrittenActs, writtenTwice, webhooks } =
    findings;
  return {
    ...{ wrong: wrong.length, blindActs: blindActs.length, doubleRefunds: doubleRefunds.length, lost: lost.length },
    ...{ undecided: undecided.length, needlesslyStuck: needlesslyStuck.length, webhooks: webhooks.length },
    ...{ unwrittenActs: unwrittenActs.length, writtenTwice: writtenTwice.length },
  };
}

/** Whether nothing was found, and something was attacked at all. */
export function isRight(report: ChaosReport, findings: Findings): boolean {
  const found = Object.values(findings).reduce((sum, list) => sum + list.length, 0);
  return found === 0 && report.kills > 0 && report.faults > 0 && report.reversals > 0;
}
