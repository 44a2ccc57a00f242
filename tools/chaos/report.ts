/** What a run of chaos came to, for scripts and for people. */
import { tallied } from '../../bench/fleet/tallied.ts';
import { behind } from '../../src/stand/accounts.ts';
import type { Tally } from './attacks.ts';
import type { Decisions } from './decide.ts';
import type { ChaosOptions } from './options.ts';
import type { Site } from './site.ts';
import type { Findings, Verdict } from './verdict.ts';

export interface ChaosReport extends Record<keyof Findings, number> {
  readonly seconds: number;
  readonly seed: number;
  readonly reversals: number;
  /** Of them, before the attacks were over. */
  readonly endedMeanwhile: number;
  /** Messages and buttons, by name: what was taken. */
  readonly messages: Readonly<Record<string, number>>;
  /** Processes ended without warning. */
  readonly kills: number;
  readonly killed: Tally['kills'];
  /** Calls that a gateway answered wrongly or not at all, connections that were broken, the receiver's failures. */
  readonly faults: number;
  readonly outages: number;
  readonly skewedWorkers: number;
  readonly finalActions: Readonly<Record<string, number>>;
  /** What waited for people when nothing else was open, by reason. */
  readonly stuck: Readonly<Record<string, number>>;
  /** Of them, ended by what a person said who had seen the money; and wrong words that were refused before that. */
  readonly decided: number;
  readonly refusedWords: number;
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
  readonly messages: readonly string[];
  readonly stuck: ReadonlyMap<string, string>;
  readonly decisions: Decisions;
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
  decisions,
}: Played): ChaosReport {
  const { kills, cutConnections, outages, skewedWorkers } = tally;
  const { findings, ...counted } = verdict;
  const faulty = site.sandbox.log().filter(({ fault }) => fault !== undefined).length;
  const refused = site.gateways.reduce((sum, name) => sum + site.sandbox.refused(behind(name).system), 0);
  const failedDeliveries = site.receiver.tries.filter(({ fault }) => fault !== undefined).length;
  return {
    ...{ seconds: options.seconds, seed: options.seed, reversals, endedMeanwhile },
    messages: tallied(messages),
    kills: kills.worker + kills.server + kills.ledger,
    killed: kills,
    faults: faulty + refused + cutConnections + failedDeliveries,
    ...{ outages, skewedWorkers },
    ...counted,
    ...counts(findings),
    stuck: tallied(stuck.values()),
    decided: decisions.decided,
    refusedWords: decisions.refused,
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

/** What never happened in a run, by the report's names: it proves nothing about that. */
export function untried(report: ChaosReport): readonly string[] {
  const { kills, faults, reversals, decided, refusedWords } = report;
  const counted = { kills, faults, reversals, decided, refusedWords, messages: Object.keys(report.messages).length };
  return Object.entries(counted).flatMap(([name, count]) => (count > 0 ? [] : [name]));
}

/** Whether nothing was found, and everything was tried. */
export function isRight(report: ChaosReport, findings: Findings): boolean {
  return untried(report).length === 0 && Object.values(findings).every((list) => list.length === 0);
}
