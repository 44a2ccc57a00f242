/** The same incidents once more, by what is used today: each baseline against a sandbox of its own. */
import { type IncidentSelection, incidentsOf, type Judged } from '../../src/demo/random/run.ts';
import type { Stand } from '../../src/stand/stand.ts';
import { blindSweep } from './blind-sweep.ts';
import { officialLoop } from './official/index.ts';
import { playInShop } from './shop.ts';
import { type Compared, compared } from './totals.ts';
import { measureUnwind } from './unwind.ts';

export interface Comparison {
  /** Its deadlines are the ones of Unwind's patience. */
  readonly officialLoop: Compared;
  /** Waits until no payment can be on its way, and so does the sweep. */
  readonly patientLoop: Compared;
  readonly blindSweep: Compared;
  readonly unwind: Compared;
  /** Apart from the rest: in `DEATHS_PERCENT` of 100 incidents the loop's process dies at a random moment. */
  readonly officialLoopDying: Compared;
}

export interface CompareOptions extends IncidentSelection {
  readonly concurrency: number;
  tell(line: string): void;
}

export const DEATHS_PERCENT = 20;

/**
 * @param judged what Unwind made of the same incidents on the stand, which is still up
 * @throws when Unwind could not play one of them
 */
export async function compare(stand: Stand, judged: readonly Judged[], options: CompareOptions): Promise<Comparison> {
  const { concurrency, seed, tell } = options;
  const shop = { incidents: incidentsOf(options), concurrency };
  const unwind = [];
  for (const one of judged) unwind.push(await measureUnwind(stand, one));
  tell('the same incidents by the official loops');
  const loop = await playInShop({ ...shop, baseline: officialLoop, deadlines: 'own' });
  tell('the same incidents by the official loops, patiently');
  const patient = await playInShop({ ...shop, baseline: officialLoop, deadlines: 'patient' });
  tell('the same incidents by the blind sweep');
  const sweep = await playInShop({ ...shop, baseline: blindSweep, deadlines: 'patient' });
  tell(`the same incidents by the official loops, ${DEATHS_PERCENT} of 100 processes die`);
  const deaths = { percent: DEATHS_PERCENT, seed };
  const dying = await playInShop({ ...shop, baseline: officialLoop, deadlines: 'own', deaths });
  return {
    officialLoop: compared(loop),
    patientLoop: compared(patient),
    blindSweep: compared(sweep),
    unwind: compared(unwind),
    officialLoopDying: compared(dying),
  };
}
