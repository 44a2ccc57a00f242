/**
 * A worker that cannot read what a reversal is told: without the codec, or with other keys. It fails its tasks, another
 * worker does them, and nothing is lost or misread. Long: a task that failed is handed out again after ten seconds.
 */
import type { WorkflowHandle } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { expect, test, vi } from 'vitest';
import { NotAnsweredError } from '../../src/client/submit.ts';
import { readAll } from '../../src/ledger/index.ts';
import { joinSignal, paymentObservedSignal, resubmitSignal } from '../../src/protocol/messages.ts';
import { SEARCH_ATTRIBUTES } from '../../src/protocol/visibility.ts';
import {
  type Case,
  callsOf,
  expectNoBlindAct,
  handleOf,
  moneyOf,
  newCase,
  seed,
  startWorkers,
  until,
  useStand,
} from '../workflows/support.ts';
import { timed } from '../workflows/timings.ts';
import { A, C, clientWith, codecOf, eventsOf, taskFailuresOf } from './support.ts';

vi.setConfig({ testTimeout: 300_000 });

const world = useStand({ withoutWorkers: true });
const payloadCodec = codecOf(A);
const client = () => clientWith(world, payloadCodec);
/** What was watched for and what is stuck stays so until it is told something. */
const overrides = timed({ watch: [500, 600_000], selfCheck: 600_000, backOff: { slowEvery: 600_000 } });

const LACKING = [
  { name: 'without the codec', codec: undefined, says: 'this worker has no section `encryption`' },
  { name: 'with another key', codec: codecOf(C), says: `the key "${A.id}", and this process has only "elsewhere"` },
] as const;

/** What a reversal waits in, and what it is told there; a paid order is to be refunded after each of them. */
interface Told {
  readonly until?: 'watching' | 'stuck';
  readonly ifPaid: 'keep' | 'reverse';
  tell(handle: WorkflowHandle, the: Case): Promise<unknown>;
}

const TOLD: Readonly<Record<string, Told>> = {
  'a start': { ifPaid: 'reverse', tell: (_, { input }) => client().reversals.start(input) },
  'a void by update': {
    until: 'watching',
    ifPaid: 'keep',
    // While tasks fail the server takes no update: then the client leaves the request as a signal, and says so.
    tell: (_, { input }) =>
      client()
        .reversals.reverse({ ...input, reason: 'void' }, { graceMs: 60_000 })
        .catch((error: unknown) => {
          if (!(error instanceof NotAnsweredError)) throw error;
        }),
  },
  'a void by signal': {
    until: 'watching',
    ifPaid: 'keep',
    tell: (handle, { input }) => handle.signal(joinSignal, { ...input, reason: 'void' }),
  },
  'an observed payment': {
    until: 'watching',
    ifPaid: 'reverse',
    tell: (handle) => handle.signal(paymentObservedSignal, {}),
  },
  'a resubmission': {
    until: 'stuck',
    ifPaid: 'reverse',
    tell: (handle) => handle.signal(resubmitSignal, { operator: 'Li Na', reason: 'topped up', batch: 'b1' }),
  },
};

const statusOf = (the: Case) =>
  client()
    .reversals.status(the.order)
    .then(
      (state) => state?.status,
      () => undefined,
    );
const failuresOf = async (the: Case) => taskFailuresOf(await eventsOf(world, the.workflowId));

test.each(LACKING)('a worker $name fails the task, and another one hears what was said', async ({ codec, says }) => {
  const cases = Object.entries(TOLD).map(([name, told]) => ({ name, told, the: newCase({ ifPaid: told.ifPaid }) }));
  const first = await startWorkers(world, { overrides, payloadCodec });
  for (const { the, told } of cases) {
    if (told.until === 'stuck') seed(world, the, 'PAID', { flags: { sellerShort: true } });
    else seed(world, the, told.until === undefined ? 'PAID' : 'ABSENT');
    if (told.until !== undefined) await client().reversals.start(the.input);
  }
  for (const { the, told } of cases)
    if (told.until !== undefined) await until(async () => (await statusOf(the)) === told.until);
  await first.stop();

  const lacking = await startWorkers(world, { overrides, ...(codec && { payloadCodec: codec }) });
  const telling = cases.map(async ({ the, told }) => {
    if (told.until === 'stuck') world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'fund' });
    if (told.until === 'watching') world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'createAndPay' });
    return told.tell(client().temporal.workflow.getHandle(the.workflowId), the);
  });
  const allTold = Promise.all(telling);
  allTold.catch(() => {}); // awaited below, when a worker can answer
  for (const { name, the } of cases) {
    const failures = await until(async () => {
      const found = await failuresOf(the).catch(() => []);
      return found.length > 0 && found;
    });
    for (const failure of failures) expect(failure, name).toContain(says);
    expect((await handleOf(world, the).describe()).status.name, name).toBe('RUNNING');
  }

  const able = await startWorkers(world, { overrides, payloadCodec });
  await allTold;
  for (const { name, the } of cases) {
    expect(await client().reversals.result(the.order), name).toMatchObject({ action: 'refunded' });
    expect(moneyOf(world, the), name).toMatchObject({ taken: 1280, returned: 1280 });
    expectNoBlindAct(callsOf(world, the));
    for (const failure of await failuresOf(the)) expect(failure, name).toContain(says);
  }
  await Promise.all([lacking.stop(), able.stop()]);

  const resubmitted = cases.at(-1)?.the ?? newCase();
  const journal = JSON.stringify(await readAll(world.stand.ledger.journal, resubmitted.order));
  expect(journal).toContain('"operator":"Li Na"');
  expect(journal).toContain('"reason":"topped up"');
  const { typedSearchAttributes } = await handleOf(world, resubmitted).describe();
  expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.batch)).toBe('b1');
});

/** Reads everything but the first inputs of acts, as a worker does whose configuration is put right meanwhile. */
function lackingForActs(times: number): PayloadCodec & { readonly refused: () => number } {
  let refused = 0;
  return {
    refused: () => refused,
    encode: (payloads) => payloadCodec.encode(payloads),
    async decode(payloads, context) {
      const decoded = await payloadCodec.decode(payloads);
      const isAct = context?.type === 'activity' && Buffer.from(decoded[0]?.data ?? []).includes('"sentAt"');
      if (isAct && refused < times) {
        refused += 1;
        return codecOf(C).decode(payloads);
      }
      return decoded;
    },
  };
}

test('an act that a worker could not read was not sent: it is decided on anew, and sent once', async () => {
  const the = newCase({ reason: 'void' });
  seed(world, the, 'PAID');
  const lacking = lackingForActs(2);
  const worker = await startWorkers(world, { payloadCodec: lacking });
  await client().reversals.start(the.input);
  expect(await client().reversals.result(the.order)).toMatchObject({ action: 'refunded' });
  await worker.stop();
  expect(lacking.refused()).toBe(2);
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  expectNoBlindAct(callsOf(world, the));
  expect(callsOf(world, the).filter(({ operation }) => !operation.toLowerCase().includes('query'))).toHaveLength(1);
  const journal = JSON.stringify(await readAll(world.stand.ledger.journal, the.order));
  expect(journal.match(/the worker could not read what to send/g)).toHaveLength(2);
  expect(journal).not.toContain('"why":"reset"');
});
