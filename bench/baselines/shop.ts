/** A shop that plays the incidents with a baseline, against a sandbox of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RandomIncident } from '../../src/demo/random/generate.ts';
import { requestFor } from '../../src/demo/random/play.ts';
import { randomOverrides } from '../../src/demo/random/rules.ts';
import { AFTERMATH_MS } from '../../src/demo/random/run.ts';
import type { Gateway } from '../../src/gateways/gateway.ts';
import type { TerminalKeyStore, TerminalKeys } from '../../src/gateways/module.ts';
import { parseRequest } from '../../src/reversal/request.ts';
import { startSandbox, systems } from '../../src/sandbox/index.ts';
import { behind, GATEWAYS, openStandAccounts } from '../../src/stand/accounts.ts';
import type { Baseline, Conclusion } from './case.ts';
import { type Ended, type Measured, measure } from './measure.ts';
import { type Deadlines, deadlineOf, timesOf } from './pace.ts';
import { immortal, processOf } from './process-death.ts';

export interface ShopOptions {
  readonly baseline: (provider: string) => Baseline;
  readonly incidents: readonly RandomIncident[];
  readonly concurrency: number;
  readonly deadlines: Deadlines;
  /** How many of a hundred processes die in the middle, and the seed of when. */
  readonly deaths?: { readonly percent: number; readonly seed: number };
}

function memoryKeys(): TerminalKeyStore {
  const keys = new Map<string, TerminalKeys>();
  return {
    load: async (sn) => keys.get(sn),
    async replace(sn, expected, next) {
      if (keys.get(sn)?.current !== expected) return false;
      keys.set(sn, next);
      return true;
    },
  };
}

/** Plays them all, waits for what may still come, and measures each against the money. */
export async function playInShop(options: ShopOptions): Promise<Measured[]> {
  const { baseline, incidents, concurrency, deadlines, deaths } = options;
  const sandbox = await startSandbox({ systems });
  try {
    const accounts = openStandAccounts(GATEWAYS, { sandbox, terminalKeys: memoryKeys(), overrides: randomOverrides });
    const gateways = new Map<string, Gateway>(accounts.map(({ name, gateway }) => [name, gateway]));

    const play = async (incident: RandomIncident): Promise<Ended> => {
      const { provider, system } = behind(incident.gateway);
      const opened = gateways.get(incident.gateway);
      if (opened === undefined) throw new Error(`no account for ${incident.gateway}`);
      const request = parseRequest(requestFor(incident));
      const { orderId, amount, currency } = request;
      const { pace, timing } = timesOf(incident.gateway);
      sandbox.seed(system, { ...incident.order, orderId });
      const startedAt = Date.now();
      const deadline = deadlineOf(request, timing, deadlines);
      const process = deaths ? processOf(deaths.seed, incident.index, { deadline, pace }, deaths.percent) : immortal;
      const died: Promise<Conclusion> = process.died.then(() => ({ because: 'the process died' }));
      const order = { orderId, amount, currency };
      const run = baseline(provider)({ gateway: process.gateway(opened), order, request, deadline, pace });
      const { action, because, afterwards } = await Promise.race([run, died]);
      const verdictMs = Date.now() - startedAt;
      await Promise.race([afterwards, process.died]);
      return { incident, orderId, because, ...(action !== undefined && { action, verdictMs }) };
    };

    const ended: Ended[] = [];
    const queue = incidents.values();
    const lanes = Array.from({ length: concurrency }, async () => {
      for (const incident of queue) ended.push(await play(incident));
    });
    await Promise.all(lanes);
    await sleep(AFTERMATH_MS);
    return ended.map((one) => measure(sandbox, one)).toSorted((a, b) => a.index - b.index);
  } finally {
    await sandbox.stop();
  }
}
