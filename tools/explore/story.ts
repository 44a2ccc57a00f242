/** A walk as lines that people can read: virtual time, what was seen, decided, done and told. */
import type { Step } from '../../src/reversal/decide.ts';
import { type Finding, follow } from './exhaustive.ts';
import type { Model } from './model.ts';
import type { Sim } from './sim.ts';
import { Violation } from './violation.ts';
import { type Witness, walk } from './walk.ts';
import type { World } from './world.ts';

function clock(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  const time = new Date(ms % 86_400_000).toISOString().slice(11, 23);
  return days > 0 ? `${days}d ${time}` : time;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(ms % 1000 === 0 ? 0 : 2)} s`;
const brief = (value: unknown) => JSON.stringify(value).replaceAll('"', '');

function decision(step: Step, now: number): string {
  const cell = 'cell' in step && step.cell !== undefined && step.cell !== '' ? ` [${step.cell}]` : '';
  switch (step.kind) {
    case 'open':
      return 'reads the ledger';
    case 'look':
      return `looks at the ${step.what}`;
    case 'act':
      return `sends ${step.verb} (number ${step.seq})${cell}`;
    case 'wait':
      return `waits ${seconds(step.until - now)}: ${step.why}${cell}`;
    case 'park':
      return `asks people: ${step.reason}${cell}`;
    case 'settle':
      return `concludes ${step.outcome.kind === 'final' ? step.outcome.action : 'that it was told to stop'}${cell}`;
  }
}

const moneyOf = (w: World) => (w.taken === 0 ? '' : `, ${w.taken} halves taken, ${w.returned} returned`);

/** What a step changed, in words. */
function* changes(before: Sim, after: Sim): Generator<string> {
  const { r } = after;
  if (r.look !== undefined && r.look !== before.r.look) yield `the look shows ${brief(r.look.view)}`;
  if (r.refundLook !== undefined && r.refundLook !== before.r.refundLook) {
    yield `the refund's look shows ${brief(r.refundLook.view)}`;
  }
  const act = after.memory.acts.at(-1);
  const old = before.memory.acts.find(({ seq }) => seq === act?.seq);
  if (act?.answer !== undefined && old?.answer === undefined) yield `${act.verb} is answered ${brief(act.answer)}`;
  const { world: w } = after;
  const moved =
    w.truth !== before.world.truth || w.channel !== before.world.channel || w.refund !== before.world.refund;
  if (moved || w.taken !== before.world.taken || w.returned !== before.world.returned) {
    const channel = w.channel === w.truth ? '' : `, at the channel ${w.channel}`;
    yield `in truth it is ${w.truth}${channel}${moneyOf(w)}`;
  }
  if (r.told !== undefined && r.told !== before.r.told) yield `callers are told ${r.told}`;
}

/** Collects the lines of one walk. */
export function storyteller(start: { now?: number } = {}): { readonly lines: string[]; readonly witness: Witness } {
  const lines: string[] = [];
  const say = (now: number, line: string) => lines.push(`${clock(now - (start.now ?? now))}  ${line}`);
  const witness: Witness = (before, name, next) => {
    if (lines.length === 0) {
      start.now = before.now;
      const { reason, ifPaid, method, attemptedAt, expiresAt } = before.r.request;
      const times = { attemptedAt, expiresAt };
      const given = Object.entries(times).map(([key, at]) =>
        at === undefined ? '' : `, ${key} ${seconds(at - before.now)}`,
      );
      say(
        before.now,
        `${before.model.name}: ${reason}, if paid ${ifPaid}, ${method ?? 'method unknown'}${given.join('')}`,
      );
      say(before.now, `in truth it is ${before.world.truth}${moneyOf(before.world)}`);
    }
    if (name !== undefined) say(before.now, `* ${name}`);
    else if (before.doing.at === 'rest')
      say(before.now, `  decide ${decision(before.model.mind.decide(before.r, before.now), before.now)}`);
    else if (before.doing.at === 'ending') say(before.now, '  the end is recorded');
    else if (before.doing.at === 'parked') say(before.now, '  nobody comes, it looks by itself');
    try {
      const after = next();
      for (const line of changes(before, after)) say(after.now, `    ${line}`);
      return after;
    } catch (error) {
      if (error instanceof Violation) say(before.now, `! ${error.message}`);
      throw error;
    }
  };
  return { lines, witness };
}

/** A random walk, told. */
export function storyOfSeed(model: Model, seed: number): readonly string[] {
  const { lines, witness } = storyteller();
  walk(model, seed, () => {}, witness);
  return lines;
}

/** The way to what the exhaustive part found, told. */
export function storyOfFinding(model: Model, finding: Pick<Finding, 'scenario' | 'path'>): readonly string[] {
  const { lines, witness } = storyteller();
  try {
    follow(model, finding, witness);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
  }
  return lines;
}
