/**
 * The histories that are kept in `test/histories`, read and replayed always. `RECORD_HISTORIES=missing` adds those that
 * are not there yet, `RECORD_HISTORIES=all` writes them anew.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';

const folder = new URL('../histories/', import.meta.url);

/** Without the names of the machine that recorded it: identities, sticky queues, the folders of stack traces. */
function anonymous(json: string): string {
  return json
    .replaceAll(/"identity":"[^"]*"/g, '"identity":"recorded"')
    .replaceAll(/"name":"[^"]*@[^"]*"/g, '"name":"worker"')
    .replaceAll(/\((?:file:\/\/)?\/[^)]*?((?:src|node_modules)\/[^)]*)\)/g, '($1)')
    .replaceAll(/at (async )?(?:file:\/\/)?\/[^\s\\]*?((?:src|node_modules)\/)/g, 'at $1$2');
}

/** The history as JSON; kept under that name when histories are recorded. */
export async function recorded(name: string, handle: WorkflowHandle): Promise<string> {
  const json = JSON.stringify(JSON.parse(historyToJSON(await handle.fetchHistory())));
  const file = new URL(`${name}.json`, folder);
  const { RECORD_HISTORIES: which } = process.env;
  if (which === 'all' || (which === 'missing' && !existsSync(file))) await writeFile(file, anonymous(json));
  return json;
}

/** The kept ones by name, as JSON. */
export async function goldenHistories(): Promise<ReadonlyMap<string, string>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  const histories = new Map<string, string>();
  for (const file of files) {
    histories.set(file.replace('.json', ''), await readFile(new URL(file, folder), 'utf8'));
  }
  return histories;
}

/** The replayer takes the id of the run that was reset first; on a server the workflow is told its own. */
function underItsOwnRun(json: string): unknown {
  const own = [...json.matchAll(/"newRunId":\s*"([^"]+)"/g)].at(-1)?.[1];
  return JSON.parse(own === undefined ? json : json.replace(/("originalExecutionRunId":\s*")[^"]+/, `$1${own}`));
}

/** @returns what each failed to replay with, by name; empty when all replay */
export async function failuresOf(
  histories: ReadonlyMap<string, string>,
  workflowBundle: WorkflowBundleOption,
): Promise<ReadonlyMap<string, Error>> {
  const failures = new Map<string, Error>();
  let replayed = 0;
  const each = [...histories].map(([workflowId, json]) => ({ workflowId, history: underItsOwnRun(json) }));
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, each)) {
    replayed += 1;
    if (error !== undefined) failures.set(workflowId, error);
  }
  if (replayed !== histories.size) throw new Error(`${replayed} of ${histories.size} were replayed`);
  return failures;
}
