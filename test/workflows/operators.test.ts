/** What people do: hold, release, resubmit, resolve, note, reschedule, and the button that asks to stop. */
import type { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { createReversalClient, ReversalEndedError } from '../../src/client.ts';
import { readAll } from '../../src/ledger/index.ts';
import { type ResolveMessage, resubmitSignal, resubmitUpdate } from '../../src/protocol/messages.ts';
import {
  type Case,
  callsOf,
  expectNoBlindAct,
  handleOf,
  historyOf,
  moneyOf,
  newCase,
  operationsOf,
  seed,
  stepsOf,
  until,
  untilStuck,
  useStand,
} from './support.ts';
import { timed } from './timings.ts';

/** What mends itself is tried again after the horizon of an unsigned answer: only in between may a person decide. */
const overrides = timed({
  watch: [100, 30_000],
  actTimeout: 5000,
  actHorizon: 8000,
  selfCheck: 60_000,
  backOff: { slowEvery: 25_000 },
});
const world = useStand({ overrides: () => overrides });

const UPDATE_ACCEPTED = 41;
const WHO = { operator: 'Li Na', reason: 'asked the gateway' };
const cancels = (the: Case) => callsOf(world, the).filter(({ operation }) => operation === 'cancel').length;
const journalOf = async (the: Case) => JSON.stringify(await readAll(world.stand.ledger.journal, the.order));

/** Unsigned, "too low a balance" is no proof: while the cancel may still be executed, "kept" is refused. */
const resolvedInTime = (the: Case, resolution: ResolveMessage) =>
  until(() =>
    world.stand.client.resolve(the.order, resolution).then(
      () => true,
      (error: WorkflowUpdateFailedError) => {
        if (!error.cause?.message.includes('may still be executed')) throw error;
        return false;
      },
    ),
  );

describe.concurrent('hold and release', () => {
  test('held before anything was sent: looks go on, nothing is sent until it is released', async () => {
    const due = Date.now() + 5000;
    const the = newCase({ attemptedAt: new Date(due).toISOString() });
    seed(world, the, 'WAITING');
    await world.stand.client.start(the.input);
    expect(await world.stand.client.hold(the.order, WHO)).toMatchObject({ status: 'held' });
    // Patience ends 100 ms after the attempt: two looks later a cancel would have been sent.
    await until(() => callsOf(world, the).filter(({ at }) => at > due + 200).length > 1);
    expect(operationsOf(world, the)).toMatch(/^query( query)*$/);
    await world.stand.client.release(the.order, WHO);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'closed', by: 'us' });
    expectNoBlindAct(callsOf(world, the));
  });

  test('held after the point of no return: no further call, and a payment is still never kept', async () => {
    const the = newCase({ ifPaid: 'keep' });
    seed(world, the, 'WAITING', { faults: [{ operation: 'cancel', business: { name: 'retryFlagY' }, times: 3 }] });
    await world.stand.client.start(the.input);
    await until(() => cancels(the) > 0);
    await world.stand.client.hold(the.order, WHO);
    const before = cancels(the);
    world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'pay' });
    const looks = callsOf(world, the).length;
    await until(() => callsOf(world, the).length > looks + 1);
    expect(cancels(the)).toBe(before);
    await world.stand.client.release(the.order, WHO);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
    expectNoBlindAct(callsOf(world, the));
  });
});

describe.concurrent('stuck', () => {
  const short = () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'PAID', { flags: { sellerShort: true } });
    return the;
  };

  test('it stays open, and shows why and what to do', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'FINISHED');
    expect(await world.stand.client.reverse(the.input, { answerWithinMs: 30_000 })).toMatchObject({
      status: 'stuck',
      stuckReason: 'finished',
    });
    const handle = handleOf(world, the);
    const { status, typedSearchAttributes } = await handle.describe();
    expect(status.name).toBe('RUNNING');
    const shown = typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]);
    expect(Object.fromEntries(shown)).toMatchObject({
      ReversalStatus: 'stuck',
      ReversalStuckReason: 'finished',
      ReversalProvider: 'alipay',
      ReversalAccount: the.order.account,
      ReversalOrderId: the.order.orderId,
      ReversalReason: 'ambiguous',
    });
    const metadata = await handle.query<unknown>('__temporal_workflow_metadata');
    expect(JSON.stringify(metadata)).toMatch(/Stuck: `finished`.*resubmit.*resolve/);
    const found = await until(async () => {
      for await (const summary of world.stand.client.list({ status: 'stuck' })) {
        if (summary.orderId === the.order.orderId) return summary;
      }
      return undefined;
    });
    expect(found).toMatchObject({ stuckReason: 'finished', running: true });
    expect(await until(() => world.stand.ledger.reversal(the.order))).toMatchObject({ orderId: the.order.orderId });
  });

  test('resubmitted by the update, with the name of who did it in the journal', async () => {
    const the = short();
    await world.stand.client.start(the.input);
    expect(await untilStuck(world, the)).toBe('no-funds');
    world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'fund' });
    await world.stand.client.resubmit(the.order, WHO);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    expect(await journalOf(the)).toContain('Li Na');
    expectNoBlindAct(callsOf(world, the));
  });

  test('resubmitted by the signal without any input, as a batch sends it', async () => {
    const the = short();
    await world.stand.client.start(the.input);
    await untilStuck(world, the);
    world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'fund' });
    await handleOf(world, the).signal(resubmitSignal, undefined);
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    expectNoBlindAct(callsOf(world, the));
  });

  test('resubmitted by a signal with a text of any length: the text is left out, since no record could hold it', async () => {
    const the = short();
    await world.stand.client.start(the.input);
    await untilStuck(world, the);
    world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'fund' });
    await handleOf(world, the).signal(resubmitSignal, { operator: 'Li Na', reason: 'x'.repeat(5000) });
    expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
    expect(await journalOf(the)).toContain('"message":"resubmit"');
    expect(await journalOf(the)).not.toContain('xxxx');
  });

  test('resolved by a person: recorded as manual, with who and why', async () => {
    const the = short();
    await world.stand.client.start(the.input);
    await untilStuck(world, the);
    const resolution = { finalAction: 'kept', operator: 'Li Na', evidence: 'the customer agrees' } as const;
    await resolvedInTime(the, resolution);
    const settled = { action: 'manual', by: 'operator', resolution: { ...resolution, shown: 'paid' } };
    expect(await world.stand.client.result(the.order)).toMatchObject(settled);
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({ finalAction: 'manual', by: 'operator' });
    expect(await journalOf(the)).toContain('the customer agrees');
  });

  test('resolved against what the gateway shows: refused after a look, and still open', async () => {
    const the = short();
    await world.stand.client.start(the.input);
    await untilStuck(world, the);
    const looks = callsOf(world, the).length;
    const resolve = (finalAction: ResolveMessage['finalAction'], elsewhere?: true) =>
      world.stand.client.resolve(the.order, {
        operator: 'Li Na',
        finalAction,
        evidence: 'case 77',
        ...(elsewhere && { elsewhere }),
      });
    const refusal = (finalAction: ResolveMessage['finalAction']) =>
      until(async () => {
        const thrown = await resolve(finalAction).then(
          () => expect.unreachable('it was taken'),
          (error: WorkflowUpdateFailedError) => error.cause?.message ?? '',
        );
        // The answer to the cancel may have been lost on a busy machine.
        return !thrown.includes('may still be executed') && thrown;
      });
    for (const finalAction of ['closed', 'refunded', 'nothing_to_reverse'] as const) {
      expect(await refusal(finalAction)).toMatch(/contradicts.*shows "paid"/);
    }
    expect(callsOf(world, the).length).toBeGreaterThanOrEqual(looks + 3);
    // It tries again by itself now and then, and is stuck again.
    expect(await untilStuck(world, the)).toBe('no-funds');
    await resolve('refunded', true);
    expect(await world.stand.client.result(the.order)).toMatchObject({
      action: 'manual',
      resolution: { finalAction: 'refunded', elsewhere: true, shown: 'paid' },
      interventions: expect.arrayContaining([expect.objectContaining({ message: 'resolve', operator: 'Li Na' })]),
    });
  });

  test('resubmitted with an empty box, as a hurried person sends it', async () => {
    const the = short();
    await world.stand.client.start(the.input);
    await untilStuck(world, the);
    world.stand.sandbox.happen('alipay', the.order.orderId, { name: 'fund' });
    await handleOf(world, the).executeUpdate(resubmitUpdate, { args: [undefined] });
    expect(await world.stand.client.result(the.order)).toMatchObject({
      action: 'refunded',
      interventions: [{ message: 'resubmit', operator: 'somebody' }],
    });
  });

  test('a message of a person without a name is refused, and leaves no trace', async () => {
    const the = short();
    await world.stand.client.start(the.input);
    await untilStuck(world, the);
    const nameless = { operator: '', reason: '' };
    for (const send of [
      () => world.stand.client.resubmit(the.order, nameless),
      () => world.stand.client.hold(the.order, nameless),
      () => world.stand.client.note(the.order, nameless),
    ]) {
      await expect(send()).rejects.toMatchObject({ cause: { message: expect.stringMatching(/operator.*reason/) } });
    }
    await expect(
      world.stand.client.resolve(the.order, { operator: '', finalAction: 'kept', evidence: '' }),
    ).rejects.toMatchObject({ cause: { message: expect.stringMatching(/operator.*evidence/) } });
    const types = (await historyOf(handleOf(world, the))).map(({ eventType }) => Number(eventType));
    expect(types).not.toContain(UPDATE_ACCEPTED);
    await world.stand.client.note(the.order, WHO);
    await resolvedInTime(the, { operator: 'Li Na', finalAction: 'kept', evidence: 'agreed' });
    await world.stand.client.result(the.order);
  });
});

describe.concurrent('what people may not do', () => {
  test('resolve to "kept" while a lost cancel may still be executed', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'PAID', { faults: [{ operation: 'cancel', wire: 'resetBefore', times: 0 }] });
    await world.stand.client.start(the.input);
    await until(() => cancels(the) > 0);
    const settled = { operator: 'Li Na', evidence: 'asked the gateway' };
    for (const resolution of [
      { finalAction: 'kept' },
      { finalAction: 'closed' },
      { finalAction: 'nothing_to_reverse' },
      { finalAction: 'refunded', elsewhere: true },
    ] as const) {
      const refused = { cause: { message: expect.stringContaining('may still be executed') } };
      await expect(world.stand.client.resolve(the.order, { ...settled, ...resolution })).rejects.toMatchObject(refused);
    }
    await handleOf(world, the).terminate('test');
  });

  test('a message to a reversal that has ended is told how it ended', async () => {
    const the = newCase();
    seed(world, the, 'PAID');
    await world.stand.client.start(the.input);
    await world.stand.client.result(the.order);
    const client = createReversalClient(world.stand.temporal);
    const error = await client.note(the.order, WHO).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ReversalEndedError);
    expect(error).toMatchObject({ outcome: { action: 'kept' } });
  });
});

describe.concurrent('a cancellation request means "stop trying"', () => {
  test('the call in flight is finished, the order is looked at once more, and what is known is recorded', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'PAID', { faults: [{ operation: 'cancel', wire: 'delayAnswer', delayMs: 500 }] });
    await world.stand.client.start(the.input);
    await until(() => cancels(the) > 0);
    await handleOf(world, the).cancel();
    const error: Partial<WorkflowFailedError> = await handleOf(world, the)
      .result()
      .catch((thrown: unknown) => thrown as WorkflowFailedError);
    expect(error.cause?.name).toBe('CancelledFailure');
    expect(stepsOf(world, the)).toBe('query cancel query');
    expect((await handleOf(world, the).describe()).status.name).toBe('CANCELLED');
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({
      status: 'abandoned',
      detail: { kind: 'abandoned', lastView: 'refunded' },
    });
    expect(await readAll(world.stand.ledger.acts, the.order)).toMatchObject([
      { verb: 'cancel', answer: { kind: 'done' } },
    ]);
  });

  test('while it waits for the same call again, nothing more is sent', async () => {
    const the = newCase({ ifPaid: 'reverse' });
    seed(world, the, 'PAID', { faults: [{ operation: 'cancel', business: { name: 'retryFlagY' }, times: 0 }] });
    await world.stand.client.start(the.input);
    await until(() => cancels(the) > 0);
    await handleOf(world, the).cancel();
    await expect(handleOf(world, the).result()).rejects.toThrow();
    expect(operationsOf(world, the)).toMatch(/ query$/);
    expect(await world.stand.ledger.reversal(the.order)).toMatchObject({
      status: 'abandoned',
      detail: { lastView: 'paid' },
    });
    expectNoBlindAct(callsOf(world, the));
  });
});
