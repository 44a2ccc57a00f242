/** What the worker writes of a failure: one line where it is expected, all that there is where it is not. */
import { ApplicationFailure } from '@temporalio/common';
import type { LogEntry } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { logLine } from '../../src/worker/log-line.ts';

const AT = BigInt(Date.parse('2026-11-20T03:36:00.123Z')) * 1_000_000n;
const meta = {
  ...{ sdkComponent: 'worker', namespace: 'default', taskQueue: 'unwind-alipay', activityType: 'lookAtOrder' },
  ...{ workflowId: 'reversal/alipay/pos-east/RV1', attempt: 3, durationMs: 12, isLocal: false },
};
const entry = (error?: unknown): LogEntry => ({
  ...{ level: 'WARN', message: 'Activity failed', timestampNanos: AT },
  meta: { ...meta, ...(error !== undefined && { error }) },
});

test('a look that told nothing is one line, with its cause and where it was', () => {
  const words = 'The look told nothing: http (http=502)\n\u001b[31mforged [ERROR] line';
  const details = { http: '502' };
  expect(logLine(entry(ApplicationFailure.retryable(words, 'http', details)))).toBe(
    '2026-11-20T03:36:00.123Z [WARN] Activity failed: The look told nothing: http (http=502) [31mforged [ERROR] line ' +
      'activityType=lookAtOrder workflowId=reversal/alipay/pos-east/RV1 attempt=3 durationMs=12',
  );
});

test('an error that nobody expects keeps its stack, and everything that is known', () => {
  const line = logLine(entry(new TypeError('x is not a function')));
  expect(line).toMatch(/\[WARN\] Activity failed \{.*TypeError: x is not a function\n {4,}at /s);
  expect(line).toContain("taskQueue: 'unwind-alipay'");
});

test('what is no failure is as it was', () => {
  expect(logLine({ level: 'INFO', message: 'Worker state changed', timestampNanos: AT })).toBe(
    '2026-11-20T03:36:00.123Z [INFO] Worker state changed',
  );
  expect(logLine(entry())).toContain("activityType: 'lookAtOrder'");
});
