/** Plays many incidents side by side, without flooding a small machine. */

import { behind } from '../stand/accounts.ts';
import type { Stand } from '../stand/stand.ts';
import { AMOUNT, type Incident } from './incident.ts';
import { type IncidentResult, playIncident } from './run.ts';

export interface PlayAllOptions {
  /** How many run at once; the long ones, which mostly wait, run beside them. */
  readonly concurrency: number;
  /** Told as each ends. */
  onResult?(result: IncidentResult): void;
}

/** Between two starts: a hundred at once would queue on two cores and blur every wait. */
const STAGGER_MS = 40;

const orderIdOf = (index: number) => `DEMO${String(index + 1).padStart(3, '0')}`;

/** What is reported for an incident that could not be played. */
function failed(incident: Incident, orderId: string, error: unknown): IncidentResult {
  return {
    name: incident.name,
    gateway: incident.gateway,
    request: {
      provider: behind(incident.gateway).provider,
      account: incident.gateway,
      orderId,
      amount: AMOUNT,
      currency: 'CNY',
      reason: incident.request.reason ?? 'ambiguous',
    },
    status: 'failed',
    money: { taken: 0, returned: 0, payable: false },
    agrees: false,
    calls: 0,
    trail: [],
    error: error instanceof Error ? error.message : String(error),
  };
}

/** @returns the results in the order of `incidents`; one that throws is a result that does not agree */
export async function playAll(
  stand: Stand,
  incidents: readonly Incident[],
  { concurrency, onResult }: PlayAllOptions,
): Promise<IncidentResult[]> {
  const results: IncidentResult[] = [];
  const play = async (incident: Incident, index: number): Promise<void> => {
    const orderId = orderIdOf(index);
    const result = await playIncident(stand, incident, orderId).catch((error) => failed(incident, orderId, error));
    results[index] = result;
    onResult?.(result);
  };
  const indexed = incidents.map((incident, index) => ({ incident, index }));
  const long = indexed.filter(({ incident }) => incident.long);
  const short = indexed.filter(({ incident }) => !incident.long);
  const running: Promise<void>[] = [];
  for (const { incident, index } of long) {
    running.push(play(incident, index));
    await new Promise((resolve) => setTimeout(resolve, STAGGER_MS));
  }
  const queue = short.values();
  const lanes = Array.from({ length: Math.min(concurrency, short.length) }, async () => {
    for (const { incident, index } of queue) await play(incident, index);
  });
  await Promise.all([...running, ...lanes]);
  return results;
}
