/**
 * Histories of real runs: no secret is in them, in the ledger or in a log, and the workflow still replays those that
 * were recorded before. `RECORD_HISTORIES=1` writes them anew into `test/histories`.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { beforeAll, describe, expect, test } from 'vitest';
import { workflowBundle } from '../../src/worker.ts';
import { RECORDED } from './record-histories.ts';
import { type Case, handleOf, newCase, seed, useStand } from './support.ts';

/** Without the names of the machine that recorded it: identities, sticky queues, the folders of stack traces. */
function anonymous(json: string): string {
  return json
    .replaceAll(/"identity":"[^"]*"/g, '"identity":"recorded"')
    .replaceAll(/"name":"[^"]*@[^"]*"/g, '"name":"worker"')
    .replaceAll(/\((?:file:\/\/)?\/[^)]*?((?:src|node_modules)\/[^)]*)\)/g, '($1)')
    .replaceAll(/at (async )?(?:file:\/\/)?\/[^\s\\]*?((?:src|node_modules)\/)/g, 'at $1$2');
}

const world = useStand();
const folder = new URL('../histories/', import.meta.url);

const cases = new Map<string, Case>();
const histories = new Map<string, string>();
let bundle: WorkflowBundleOption;

beforeAll(async () => {
  bundle = await workflowBundle();
  await Promise.all(
    Object.entries(RECORDED).map(async ([name, { request, state, more, meanwhile, action }]) => {
      const the = newCase(request);
      seed(world, the, state, more);
      if (name !== 'submitted-and-kept') await world.stand.client.start(the.input);
      await meanwhile?.(world.stand, the);
      expect(await world.stand.client.result(the.order)).toMatchObject({ action });
      const json = JSON.stringify(JSON.parse(historyToJSON(await handleOf(world, the).fetchHistory())));
      cases.set(name, the);
      histories.set(name, json);
      if (process.env.RECORD_HISTORIES === undefined) return;
      await writeFile(new URL(`${name}.json`, folder), anonymous(json));
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
        await ledger.acts(order),
        await ledger.journal(order),
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

describe('the workflow replays', () => {
  test('the histories of this run', async () => {
    for (const [name, json] of histories) {
      await Worker.runReplayHistory({ workflowBundle: bundle }, JSON.parse(json), cases.get(name)?.workflowId);
    }
  });

  test('the histories that were recorded before', async () => {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
    expect(files.map((file) => file.replace('.json', '')).sort()).toEqual(Object.keys(RECORDED).sort());
    for (const file of files) {
      const json: unknown = JSON.parse(await readFile(new URL(file, folder), 'utf8'));
      await Worker.runReplayHistory({ workflowBundle: bundle }, json, 'reversal/alipay/alipay-v3/REPLAYED');
    }
  });

  test('a history that is not one of this workflow is noticed', async () => {
    const other = (histories.get('clean') ?? '').replaceAll('"cancel"', '"refund"');
    const replayed = Worker.runReplayHistory({ workflowBundle: bundle }, JSON.parse(other), 'reversal/x');
    await expect(replayed).rejects.toThrow(/[Nn]ondeterminism|activity/);
  });
});
