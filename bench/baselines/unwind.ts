/** What Unwind concluded, in the words that the baselines are measured by. */
import { z } from 'zod';
import type { Judged } from '../../src/demo/random/run.ts';
import { readAll } from '../../src/ledger/index.ts';
import { FINAL_ACTIONS, type FinalAction } from '../../src/reversal/outcome.ts';
import type { Stand } from '../../src/stand/stand.ts';
import { type Measured, measure } from './measure.ts';

const told = z.object({ verdict: z.string() });

function actionOf({ status, finalAction }: { status: string; finalAction?: string }): FinalAction | undefined {
  return status === 'final' ? FINAL_ACTIONS.find((action) => action === finalAction) : undefined;
}

/** @throws when one could not be played at all */
export async function measureUnwind(stand: Stand, { incident, played, wrong }: Judged): Promise<Measured> {
  if (played === undefined) throw new Error(`incident ${incident.index}: ${wrong.join('; ')}`);
  const { request, startedAt, ending } = played;
  const journal = await readAll(stand.ledger.journal, request);
  const first = journal.find(({ kind, body }) => kind === 'told' && told.safeParse(body).success);
  const action = actionOf(ending);
  return measure(stand.sandbox, {
    incident,
    orderId: request.orderId,
    ...(action !== undefined && { action }),
    because: ending.stuckReason ?? ending.status,
    ...(first !== undefined && action !== undefined && { verdictMs: Math.max(0, first.at - startedAt) }),
  });
}
