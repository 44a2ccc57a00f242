/** Many random incidents, and what became of them. */
import { behind, type GatewayName } from '../../stand/accounts.ts';
import type { Stand } from '../../stand/stand.ts';
import { type RandomIncident, randomIncident } from './generate.ts';
import { type Judgement, judge } from './judge.ts';
import { type Played, playRandom } from './play.ts';

export interface Judged extends Judgement {
  readonly incident: RandomIncident;
  /** Absent when it could not be started. */
  readonly played?: Played;
  readonly trail: readonly string[];
  readonly money: readonly string[];
}

export interface IncidentSelection {
  readonly seed: number;
  readonly count: number;
  /** Only those indices; all of them when left out. */
  readonly only?: readonly number[];
  readonly gateways?: readonly GatewayName[];
}

export interface RandomOptions extends IncidentSelection {
  readonly concurrency: number;
  onEnd?(done: number, total: number): void;
}

/** What happens to a payer or a gateway happens within so long after the last reversal has ended. */
export const AFTERMATH_MS = 3000;

/** The incidents that the options select, the same ones whoever plays them. */
export function incidentsOf({ seed, count, only, gateways }: IncidentSelection): readonly RandomIncident[] {
  return Array.from({ length: count }, (_, index) => randomIncident(seed, index))
    .filter(({ index }) => only === undefined || only.includes(index))
    .filter(({ gateway }) => gateways === undefined || gateways.includes(gateway));
}

/** Plays them all, waits for what may still come, and judges each against the money. */
export async function playRandomly(stand: Stand, options: RandomOptions): Promise<readonly Judged[]> {
  const { concurrency, onEnd } = options;
  const incidents = incidentsOf(options);
  const played = new Map<RandomIncident, Played | Error>();
  const queue = incidents.values();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const incident of queue) {
        const result = await playRandom(stand, incident).catch((error) =>
          error instanceof Error ? error : new Error(String(error)),
        );
        played.set(incident, result);
        onEnd?.(played.size, incidents.length);
      }
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, AFTERMATH_MS));
  return incidents.map((incident) => judged(stand, incident, played.get(incident)));
}

function judged(stand: Stand, incident: RandomIncident, played: Played | Error | undefined): Judged {
  if (played === undefined || played instanceof Error) {
    return { incident, wrong: [`could not be played: ${played?.message}`], blindActs: 0, trail: [], money: [] };
  }
  const { orderId } = played.request;
  const { system } = behind(incident.gateway);
  const log = stand.sandbox.log({ system, orderId });
  const truth = stand.sandbox.truth(system, orderId);
  if (truth === undefined) throw new Error(`the sandbox has lost the order ${orderId}`);
  const from = log[0]?.at ?? 0;
  return {
    incident,
    played,
    ...judge(incident, played.ending, truth, log),
    trail: log.map(
      ({ at, operation, fault, code, executed }) =>
        `${at - from}ms ${operation}${fault ? `!${fault}` : ''}${code ? `=${code}` : ''}${executed ? '' : '-'}`,
    ),
    money: [
      ...stand.sandbox
        .money({ system, orderId })
        .map(({ at, kind, amount, by }) => `${at - from}ms ${kind} ${amount} by ${by}`),
      `at the end ${truth.state}${truth.payable ? ', payable' : ''}`,
    ],
  };
}

export interface Totals {
  readonly count: number;
  readonly wrong: number;
  readonly stuck: number;
  readonly finalActions: Readonly<Record<string, number>>;
  readonly stuckReasons: Readonly<Record<string, number>>;
  readonly blindActs: number;
}

const tally = (names: readonly string[]) =>
  Object.fromEntries([...new Set(names)].sort().map((name) => [name, names.filter((other) => other === name).length]));

export function totalsOf(all: readonly Judged[]): Totals {
  const endings = all.flatMap(({ played }) => (played === undefined ? [] : [played.ending]));
  const stuck = endings.filter(({ status }) => status === 'stuck');
  return {
    count: all.length,
    wrong: all.filter(({ wrong }) => wrong.length > 0).length,
    stuck: stuck.length,
    finalActions: tally(endings.flatMap(({ finalAction }) => finalAction ?? [])),
    stuckReasons: tally(stuck.flatMap(({ stuckReason }) => stuckReason ?? [])),
    blindActs: all.reduce((sum, { blindActs }) => sum + blindActs, 0),
  };
}

/** A wrong one as a story: enough to play it again and to see where it went wrong. */
export function storyOf({ incident, played, wrong, trail, money }: Judged, seed: number): string {
  const { index, gateway, order, request } = incident;
  return [
    `seed ${seed}, index ${index}, ${gateway}: ${wrong.join('; ')}`,
    `  asked:  ${JSON.stringify(request)}`,
    `  order:  ${JSON.stringify(order)}`,
    `  ending: ${JSON.stringify(played?.ending ?? null)}`,
    `  calls:  ${trail.join(' · ') || 'none'}`,
    `  money:  ${money.join(' · ')}`,
  ].join('\n');
}
