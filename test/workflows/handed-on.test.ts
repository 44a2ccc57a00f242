/**
 * A workflow task in which a local activity runs is handed on when that takes long, or when a question came with it: a
 * replay has the time of the last of these tasks only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect, test } from 'vitest';
import { startOptions } from '../../src/protocol/start.ts';
import { parseRequest } from '../../src/reversal/request.ts';
import { workflowBundle } from '../../src/worker.ts';
import { failuresOf } from './golden.ts';
import { handleOf, newCase, seed, startWorkers, useStand } from './support.ts';
import { timed } from './timings.ts';

const world = useStand({ withoutWorkers: true });

/** Longer than a task of half of it; within the patience that opening has with a ledger. */
const SLOW_MS = 1600;

interface Event {
  readonly eventType: string;
  eventTime: string;
}

/** However much later the task was handed on: a machine may be that busy. */
function later(json: string, seconds: number): string {
  const history = JSON.parse(json) as { readonly events: readonly Event[] };
  const at = history.events.findIndex(
    ({ eventType }, index) =>
      eventType.endsWith('WORKFLOW_TASK_COMPLETED') &&
      history.events[index + 1]?.eventType.endsWith('WORKFLOW_TASK_SCHEDULED'),
  );
  const started = history.events[at + 2];
  expect(started?.eventType).toMatch(/WORKFLOW_TASK_STARTED$/);
  if (started !== undefined) {
    started.eventTime = new Date(Date.parse(started.eventTime) + 1000 * seconds).toISOString();
  }
  return JSON.stringify(history);
}

test('what came of it is replayed as it was, whenever the task was handed on', async () => {
  const { ledger, client, temporal } = world.stand;
  const the = newCase({ ifPaid: 'keep' });
  seed(world, the, 'PAID');
  let asked = 0;
  const workers = await startWorkers(world, {
    // The look is too old when the ledger is asked again.
    overrides: timed({ gap: 500, backOff: { first: 1500, max: 1500 } }),
    ledger: {
      ...ledger,
      async openCase(input) {
        asked += 1;
        if (asked === 1) await sleep(SLOW_MS);
        if (asked < 3) throw new Error('the ledger is down');
        return ledger.openCase(input);
      },
    },
  });
  try {
    const options = startOptions(the.input, parseRequest(the.input));
    await temporal.workflow.start('reversePayment', { ...options, workflowTaskTimeout: SLOW_MS / 2 });
    expect(await client.result(the.order)).toMatchObject({ action: 'kept' });
  } finally {
    await workers.stop();
  }
  const json = JSON.stringify(JSON.parse(historyToJSON(await handleOf(world, the).fetchHistory())));
  const histories = new Map([0, 1, 10].map((seconds) => [`${seconds} s later`, later(json, seconds)]));
  expect(await failuresOf(histories, await workflowBundle())).toEqual(new Map());
});
