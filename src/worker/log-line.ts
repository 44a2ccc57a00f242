/**
 * The worker's log lines. What is expected to fail now and then, a look at a gateway that is down before all, is one line
 * each: its stack and its object would be fourteen, ten thousand times an hour. Any other error keeps its stack.
 */
import { formatWithOptions } from 'node:util';
import { ApplicationFailure } from '@temporalio/common';
import type { LogEntry } from '@temporalio/worker';

/** Which activity of which workflow, in this order; whatever else the SDK knows of it is left out. */
const NAMED = ['activityType', 'workflowType', 'workflowId', 'attempt', 'durationMs'] as const;

const oneLine = (text: string) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();

/** @param colors for people at a terminal; of what is not one line */
export function logLine({ level, timestampNanos, message, meta }: LogEntry, colors = false): string {
  const head = `${new Date(Number(timestampNanos / 1_000_000n)).toISOString()} [${level}] ${message}`;
  if (meta === undefined) return head;
  const { error } = meta;
  // Thrown by our own code, which says in words what failed: where it was thrown tells nothing more.
  if (!(error instanceof ApplicationFailure)) return `${head} ${formatWithOptions({ colors }, meta)}`;
  const named = NAMED.flatMap((name) => (meta[name] === undefined ? [] : [`${name}=${String(meta[name])}`]));
  return oneLine([`${head}: ${error.message}`, ...named].join(' '));
}
