/**
 * Histories of real runs: no secret is in them, in the ledger or in a log, and the workflow still replays those that
 * were recorded before. See `golden.ts` for how they are recorded.
 */
import { WorkflowFailedError } from '@temporalio/client';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { readAll } from '../../src/ledger/index.ts';
import { workflowBundle } from '../../src/worker.ts';
import { failuresOf, goldenHistories, recorded } from './golden.ts';
import { RECORDED } from './record-histories.ts';
import { OTHERS } from './record-other-histories.ts';
import { type Case, handleOf, newCase, seed, useStand } from './support.ts';
import { timed } from './timings.ts';

// Servers, bundles and replays: on a machine that is busy with other things they take minutes.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 360_000 });

/** Looks that fail are over before patience is, however busy the machine. */
const world = useStand({ overrides: () => timed({ patience: 10_000 }) });

const cases = new Map<string, Case>();
const histories = new Map<string, string>();
let bundle: WorkflowBundleOption;

const endOf = (action: string) => (action === 'abandoned' ? { kind: action } : { action });

beforeAll(async () => {
  bundle = await workflowBundle();
  await Promise.all(
    Object.entries(RECORDED).map(async ([name, { request, state, more, meanwhile, action }]) => {
      const the = newCase(request);
      seed(world, the, state, more);
      if (name !== 'submitted-and-kept') await world.stand.client.start(the.input);
      await meanwhile?.(world.stand, the);
      if (action === undefined) await expect(handleOf(world, the).result()).rejects.toThrow(WorkflowFailedError);
      else expect(await world.stand.client.result(the.order)).toMatchObject(endOf(action));
      cases.set(name, the);
      histories.set(name, await recorded(name, handleOf(world, the)));
    }),
  );
});

/** The parts of the keys that would give them away: their body without the frame, whole and line by line. */
function secrets(): string[] {
  const { privateKey = '' } = world.stand.sandbox.system('alipay').credentials();
  const lines = privateKey.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
  return [...lines.filter((line) => line.length > 40), lines.join('')];
}

describe('no secret leaves the worker', () => {
  const inBase64 = (text: string) =>
    text.replace(/"data":\s*"([A-Za-z0-9+/=]+)"/g, (_, data: string) => Buffer.from(data, 'base64').toString());

  test('none is in a history', () => {
    expect(secrets().length).toBeGreaterThan(5);
    expect(histories.size).toBe(Object.keys(RECORDED).length);
    for (const history of histories.values()) {
      const readable = inBase64(history);
      expect(readable).toContain('alipay');
      for (const secret of secrets()) expect(`${history}${readable}`.includes(secret)).toBe(false);
      expect(readable).not.toContain('PRIVATE KEY');
    }
  });

  test('none is in the ledger', async () => {
    const { ledger } = world.stand;
    for (const { order } of cases.values()) {
      const rows = JSON.stringify([
        await ledger.reversal(order),
        await readAll(ledger.acts, order),
        await readAll(ledger.journal, order),
      ]);
      expect(rows).toContain(order.orderId);
      for (const secret of secrets()) expect(rows.includes(secret)).toBe(false);
    }
    const events = JSON.stringify(await ledger.events(0, 1000));
    for (const secret of secrets()) expect(events.includes(secret)).toBe(false);
  });

  test('none is in what the workers log', () => {
    const text = world.logs.join('');
    expect(text).toContain('Activity failed');
    for (const secret of secrets()) expect(text.includes(secret)).toBe(false);
  });
});

describe('the workflows replay', () => {
  test('the histories of this run', async () => {
    expect(await failuresOf(histories, bundle)).toEqual(new Map());
  });

  test('the histories that were recorded before', async () => {
    const golden = await goldenHistories();
    // Of another server, or of a case that can no longer be brought about, there may be more.
    expect([...golden.keys()]).toEqual(expect.arrayContaining([...Object.keys(RECORDED), ...Object.keys(OTHERS)]));
    expect(await failuresOf(golden, bundle)).toEqual(new Map());
  });
});
