/** What all tasks together found, by gateway and as one object. */
import { type Coverage, coverageOf } from './cells.ts';
import type { Finding } from './exhaustive.ts';
import type { Model } from './model.ts';
import type { BadWalk, Result } from './task.ts';

interface Sum {
  states: number;
  transitions: number;
  walks: number;
  steps: number;
  readonly visits: Set<string>;
  readonly findings: Map<string, Finding>;
  readonly badWalks: Map<string, BadWalk>;
}

export interface GatewayTotals {
  readonly gateway: string;
  readonly states: number;
  readonly transitions: number;
  readonly walks: number;
  readonly steps: number;
  readonly coverage: Coverage;
  readonly findings: readonly Finding[];
  readonly badWalks: readonly BadWalk[];
}

export class Totals {
  readonly #sums = new Map<string, Sum>();

  add(result: Result): void {
    const sum = this.#sums.get(result.gateway) ?? {
      states: 0,
      transitions: 0,
      walks: 0,
      steps: 0,
      visits: new Set<string>(),
      findings: new Map<string, Finding>(),
      badWalks: new Map<string, BadWalk>(),
    };
    this.#sums.set(result.gateway, sum);
    sum.states += result.states;
    sum.transitions += result.transitions;
    sum.walks += result.walks;
    sum.steps += result.steps;
    for (const cell of result.cells) sum.visits.add(cell);
    // One story a broken promise: of the first scenario and of the smallest seed, whichever thread was faster.
    for (const finding of result.findings) {
      const known = sum.findings.get(finding.message);
      if (known === undefined || known.scenario > finding.scenario) sum.findings.set(finding.message, finding);
    }
    for (const bad of result.badWalks) {
      const known = sum.badWalks.get(bad.message);
      if (known === undefined || known.seed > bad.seed) sum.badWalks.set(bad.message, bad);
    }
  }

  of(model: Model): GatewayTotals {
    const sum = this.#sums.get(model.name);
    if (sum === undefined) throw new Error(`nothing was done for ${model.name}`);
    return {
      gateway: model.name,
      states: sum.states,
      transitions: sum.transitions,
      walks: sum.walks,
      steps: sum.steps,
      coverage: coverageOf(model, sum.visits),
      findings: [...sum.findings.values()],
      badWalks: [...sum.badWalks.values()],
    };
  }
}
