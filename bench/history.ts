/** How long the histories are: the cost that no machine and no neighbour changes. */
import { createReversalClient } from '../src/client.ts';
import type { Lab } from './lab.ts';
import { inputOf } from './sides.ts';

export interface History {
  readonly events: number;
  readonly bytes: number;
}

export interface Histories {
  /** A paid order reversed, started without waiting. */
  readonly clean: History;
  /** The same by `submit`, which waits for the first verdict: the update adds two events. */
  readonly bySubmit: History;
  /** A paid order that stays paid. */
  readonly kept: History;
  readonly bare: History;
}

export async function readHistories({ temporal, unwind, bare, orders }: Lab): Promise<Histories> {
  const [clean = '', submitted = '', kept = '', plain = ''] = await orders('prompt', 4);
  const history = async (workflowId: string): Promise<History> => {
    const { historyLength, historySize } = await temporal.workflow.getHandle(workflowId).describe();
    return { events: historyLength, bytes: historySize ?? 0 };
  };
  await unwind.whole('prompt', clean);
  await (await unwind.verdict('prompt', submitted)).ended;
  const client = createReversalClient(temporal);
  const request = inputOf('prompt', kept);
  await client.start({ ...request, ifPaid: 'keep' });
  await client.result(request);
  await bare.whole('prompt', plain);
  return {
    clean: await history(unwind.workflowId('prompt', clean)),
    bySubmit: await history(unwind.workflowId('prompt', submitted)),
    kept: await history(unwind.workflowId('prompt', kept)),
    bare: await history(bare.workflowId('prompt', plain)),
  };
}
