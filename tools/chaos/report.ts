/** What a run of chaos came to, for scripts and for people. */
import { tallied } from '../../bench/fleet/tallied.ts';
import { behind } from '../../src/stand/accounts.ts';
import type { Tally } from './attacks.ts';
import type { Buttons } from './buttons.ts';
import type { Decisions } from './decide.ts';
import type { ChaosOptions } from './options.ts';
import type { Settled } from './settle.ts';
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
  /** How often each of the further ways to do harm had an effect. */
  readonly buttons: Buttons;
  /** Answers with a verdict: each was set against the money then and later. */
  readonly verdictsHeard: number;
  readonly continuedRuns: number;
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
  /** Ended with a person's lie that no look could refute; recorded as a word that nobody saw, so no finding. */
  readonly onWordAlone: number;
  /** Still moving when the time for it was over: this machine is too slow for this rate. Nothing is said about them. */
  readonly unfinished: number;
  readonly webhookEvents: number;
  readonly actsAfterUnreachable: number;
  /** Workers that ended though nobody killed them, and starts that failed while something was down. */
  readonly workersEnded: number;
  readonly failedStarts: number;
  /** Attacks that were left since they did not end. */
  readonly hung: number;
}

export interface Played {
  readonly options: ChaosOptions;
  readonly site: Site;
  readonly tally: Tally;
  readonly verdict: Verdict;
  readonly reversals: number;
  readonly endedMeanwhile: number;
  readonly messages: readonly string[];
  readonly settled: Settled;
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
  settled,
  decisions,
}: Played): ChaosReport {
  const { kills, cutConnections, outages, skewedWorkers, buttons } = tally;
  const { findings, ...counted } = verdict;
  const faulty = site.sandbox.log().filter(({ fault }) => fault !== undefined).length;
  const refused = site.gateways.reduce((sum, name) => sum + site.sandbox.refused(behind(name).system), 0);
  const failedDeliveries = site.receiver.tries.filter(({ fault }) => fault !== undefined).length;
  return {
    ...{ seconds: options.seconds, seed: options.seed, reversals, endedMeanwhile },
    messages: tallied(messages),
    buttons,
    kills: kills.worker + kills.server + kills.ledger,
    killed: kills,
    faults: faulty + refused + cutConnections + failedDeliveries,
    ...{ outages, skewedWorkers },
    ...counted,
    ...counts(findings),
    stuck: tallied(settled.stuck.values()),
    unfinished: settled.unfinished.size,
    decided: decisions.decided,
    refusedWords: decisions.refused,
    workersEnded: site.workers.reduce((sum, { ends }) => sum + ends.length, 0),
    failedStarts: site.workers.reduce((sum, { failedStarts }) => sum + failedStarts, 0),
    hung: tally.hung,
  };
}

function counts(findings: Findings): Record<keyof Findings, number> {
  const { wrong, wrongTold, forgotten, blindActs, doubleRefunds, lost, failedRuns, unreplayable } = findings;
  const { undecided, needlesslyStuck, unwrittenActs, writtenTwice, webhooks, toldTwice } = findings;
  return {
    ...{ wrong: wrong.length, wrongTold: wrongTold.length, forgotten: forgotten.length },
    ...{ blindActs: blindActs.length, doubleRefunds: doubleRefunds.length },
    ...{ lost: lost.length, failedRuns: failedRuns.length, undecided: undecided.length },
    unreplayable: unreplayable.length,
    ...{ needlesslyStuck: needlesslyStuck.length, unwrittenActs: unwrittenActs.length },
    ...{ writtenTwice: writtenTwice.length, webhooks: webhooks.length, toldTwice: toldTwice.length },
  };
}

/** What never happened in a run, by the report's names: it proves nothing about that. */
export function untried(report: ChaosReport): readonly string[] {
  const { kills, faults, reversals, decided, refusedWords, verdictsHeard, buttons } = report;
  const messages = Object.keys(report.messages).length;
  const counted = { kills, faults, reversals, decided, refusedWords, verdictsHeard, messages, ...buttons };
  return Object.entries(counted).flatMap(([name, count]) => (count > 0 ? [] : [name]));
}

/** Whether nothing was found, and everything was tried. */
export function isRight(report: ChaosReport, findings: Findings): boolean {
  const complete = untried(report).length === 0 && report.unfinished === 0 && report.hung === 0;
  return complete && Object.values(findings).every((list) => list.length === 0);
}
