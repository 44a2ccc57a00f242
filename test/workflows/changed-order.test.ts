/**
 * The replay of `histories.test.ts` is able to fail: a deliberately changed order of commands is noticed in every golden
 * history that it touches. The others replay all the same, so it is the change that was noticed.
 */
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { installRuntime } from '../../src/worker.ts';
import { changedBundle, type Edit } from './changed-bundle.ts';
import { failuresOf, goldenHistories } from './golden.ts';

// Servers, bundles and replays: on a machine that is busy with other things they take minutes.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 360_000 });

/** As `historyToJSON` writes it, as far as the changes below meet it. */
const golden = z.object({
  events: z.array(
    z.object({
      workflowExecutionStartedEventAttributes: z.object({ workflowType: z.object({ name: z.string() }) }).optional(),
      activityTaskScheduledEventAttributes: z.object({ activityType: z.object({ name: z.string() }) }).optional(),
    }),
  ),
});

interface Facts {
  readonly type: string | undefined;
  readonly activities: ReadonlySet<string | undefined>;
  /** All of it, and every payload decoded. */
  readonly said: string;
}

function factsOf(json: string): Facts {
  const { events } = golden.parse(JSON.parse(json));
  const names = events.map((event) => event.activityTaskScheduledEventAttributes?.activityType.name);
  const data = [...json.matchAll(/"data":\s*"([A-Za-z0-9+/=]+)"/g)].map(([, base64 = '']) => base64);
  return {
    type: events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name,
    activities: new Set(names),
    said: [json, ...data.map((base64) => Buffer.from(base64, 'base64').toString())].join('\n'),
  };
}

const ACTS = ['cancel', 'close', 'revoke', 'refund'] as const;

interface Change {
  readonly edits: readonly Edit[];
  readonly touches: (history: Facts) => boolean;
}

const before = (file: string, line: string, more: string): Edit => ({ file, from: line, to: `${more}\n${line}` });
const twice = (file: string, line: string): Edit => ({
  file,
  from: `return ${line}`,
  to: `await ${line}\n  return ${line}`,
});

const CHANGES: Readonly<Record<string, Change>> = {
  'a timer before the first look': {
    edits: [
      before('workflows/reverse-payment.ts', '    const outcome = await loop(', '    await condition(() => false, 1);'),
    ],
    touches: ({ type, said }) => type === 'reversePayment' && !said.includes('InvalidRequest'),
  },
  'an activity before every act': {
    edits: [before('workflows/reverse-payment.ts', '  const acted = await act(', '  await takeTurn(account);')],
    touches: ({ activities }) => ACTS.some((verb) => activities.has(verb)),
  },
  "another verb first in a gateway's table": {
    edits: [
      { file: 'gateways/alipay/rules.ts', from: "unpaid: ['cancel', 'close']", to: "unpaid: ['close', 'cancel']" },
    ],
    touches: ({ activities, said }) => activities.has('cancel') && said.includes('"kind":"unpaid"'),
  },
  'activities swapped, left out or doubled in every other workflow': {
    edits: [
      before('workflows/resubmit-stuck.ts', '  if (carriedOver === undefined) tell(', '  await stuckPage({ query });'),
      {
        file: 'workflows/audit-reversals.ts',
        from: '  if (carriedOver === undefined) {',
        to: '  if (carriedOver !== undefined) {',
      },
      before('workflows/sweep-overdue.ts', '    const page = await sweepPage(', '    await sweepPage({ sweep });'),
      before('workflows/deliver-webhooks.ts', '    due = await dueEvents(', '    await dueEvents(order);'),
      before('workflows/find-order.ts', '    return await ask(input);', '    await ask(input);'),
      twice('workflows/sweep-webhooks.ts', 'resumeDeliveries();'),
      twice('workflows/rotate-terminal-keys.ts', 'rotateKeys(input);'),
    ],
    touches: ({ type }) => type !== 'reversePayment',
  },
};

let histories: ReadonlyMap<string, string>;
beforeAll(async () => {
  // Every failure that is wanted here would be told.
  installRuntime('ERROR');
  histories = await goldenHistories();
});

test.each(Object.entries(CHANGES))('%s is noticed in every history that it touches', async (_, { edits, touches }) => {
  const touched = [...histories].flatMap(([name, json]) => (touches(factsOf(json)) ? [name] : []));
  expect(touched).not.toEqual([]);
  const failures = await failuresOf(histories, await changedBundle(...edits));
  expect([...failures.keys()].sort()).toEqual(touched.sort());
  for (const error of failures.values()) expect(error).toBeInstanceOf(DeterminismViolationError);
});

test("a gateway's changed table under another name touches none: docs/versioning.md", async () => {
  const row = '  alipay: alipayRules,';
  const changed = "  'alipay-2': { ...alipayRules, verbs: { ...alipayRules.verbs, unpaid: ['close', 'cancel'] } },";
  const bundle = await changedBundle(before('gateways/rules.ts', row, changed));
  expect(await failuresOf(histories, bundle)).toEqual(new Map());
});
