/** Answers of every gateway, signed by the sandbox with real keys, changed on their way to the real client. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Gateway, OrderRef } from '../../src/gateways/gateway.ts';
import type { Sandbox } from '../../src/sandbox/contract.ts';
import { startSandbox, systems } from '../../src/sandbox/index.ts';
import type { CallDescription, CallName, GatewayDescription } from '../conformance/gateways/description.ts';
import { DESCRIPTIONS } from '../conformance/gateways/index.ts';
import { AMOUNT, make, newOrderId, openGateway, systemOf } from '../conformance/support.ts';
import { type Mutation, mutated, mutations } from './mutations.ts';
import { everywhere, type Said, signed, unsigned } from './oracle.ts';
import { PATIENCE_MS, tried } from './runs.ts';
import { type Middle, startMiddle, type WireAnswer } from './wire.ts';

const TIMEOUT_MS = 10_000;
const SIGNED = new Set(['alipay-classic', 'alipay-v3', 'daxpay-c', 'daxpay-e', 'daxpay-f']);

let sandbox: Sandbox;
const unhandled: unknown[] = [];
const note = (error: unknown) => void unhandled.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  sandbox = await startSandbox({ systems });
});
afterAll(async () => {
  process.off('unhandledRejection', note);
  await sandbox.stop();
});
afterEach(() => expect(unhandled).toEqual([]));

/** An answer as it was given, to a call about an order. */
interface Recorded {
  readonly call: CallName;
  readonly order: OrderRef;
  readonly answer: WireAnswer;
}

describe.each(DESCRIPTIONS)('$name', (description) => {
  let middle: Middle;
  let gateway: Gateway;
  let recorded: Recorded[];
  const system = systemOf(description.name);

  const seed = (state: string, flags: GatewayDescription['states'][number]['flags']): OrderRef => {
    const orderId = newOrderId();
    sandbox.seed(system, { orderId, amount: AMOUNT, state, ...(flags && { flags }) });
    return { orderId, amount: AMOUNT, currency: 'CNY' };
  };

  /** A call whose answer is left alone. */
  async function plainly(call: CallName, order: OrderRef): Promise<{ said: Said; answer: WireAnswer }> {
    middle.meddle = (genuine) => genuine;
    const said = await make(gateway, call, order, TIMEOUT_MS);
    if (middle.genuine === undefined) throw new Error('nothing was asked');
    return { said, answer: middle.genuine };
  }

  beforeAll(async () => {
    middle = await startMiddle(sandbox.url(system));
    gateway = openGateway(description.name, sandbox, { url: middle.url });
    recorded = [];
    const record = async (call: CallName, order: OrderRef) => {
      recorded.push({ call, order, answer: (await plainly(call, order)).answer });
    };
    for (const { state, flags } of description.states) {
      const order = seed(state, flags);
      await record('look', order);
      await record('lookAtRefund', order);
    }
    for (const { call, state, flags } of description.calls) {
      const order = seed(state, flags);
      await record(call, order);
      await record('look', order);
      await record('lookAtRefund', order);
    }
  });
  afterAll(() => middle.stop());

  function complaintOf(said: Said, call: CallName, order: OrderRef, genuine: readonly Said[], sent: WireAnswer) {
    if (!SIGNED.has(description.name)) return everywhere(said) ?? unsigned(said, call, order, sent);
    return everywhere(said) ?? signed(said, genuine);
  }

  /** What the client makes of the others' whole answers that name nobody. */
  async function anonymous(call: CallName, order: OrderRef, used: readonly WireAnswer[]): Promise<Said[]> {
    const said: Said[] = [];
    for (const answer of used) {
      const names = recorded.find((one) => one.answer === answer)?.order.orderId;
      if (names !== undefined && answer.body.includes(names)) continue;
      middle.meddle = (genuine) => ({ ...genuine, headers: answer.headers, status: answer.status, body: answer.body });
      said.push(await make(gateway, call, order, TIMEOUT_MS));
    }
    return said;
  }

  async function changedCall(call: CallName, order: OrderRef, genuine: readonly Said[], changes: readonly Mutation[]) {
    const used = new Set<WireAnswer>();
    let sent: WireAnswer | undefined;
    middle.meddle = (answer) => {
      sent = mutated(
        answer,
        changes,
        recorded.map((one) => one.answer),
        used,
      );
      return sent;
    };
    const asked = middle.asked;
    const said = await make(gateway, call, order, TIMEOUT_MS);
    expect(middle.asked, 'an answer that cannot be read is no reason to ask again').toBe(asked + 1);
    if (sent === undefined || complaintOf(said, call, order, genuine, sent) === undefined) return;
    const allowed = [...genuine, ...(await anonymous(call, order, [...used]))];
    const complaint = complaintOf(said, call, order, allowed, sent);
    if (complaint === undefined) return;
    throw new Error(
      `${complaint}: ${JSON.stringify(said).slice(0, 600)}\n  genuine ${JSON.stringify(genuine)}\n` +
        `  sent ${sent.status} ${JSON.stringify(sent.headers)} ${sent.body.toString().slice(0, 1500)}`,
    );
  }

  const changesOf = mutations.map((list) =>
    Object.assign(list, { toString: () => list.map(({ name }) => name).join('; ') }),
  );

  describe.each(['look', 'lookAtRefund'] as const)('%s', (call) => {
    test.each([true, false])('the gateway number is known: %s', { timeout: PATIENCE_MS }, async (known) => {
      const orders: { order: OrderRef; said: Said }[] = [];
      for (const { order } of recorded.filter((one) => one.call === 'look')) {
        const gatewayId = sandbox.truth(system, order.orderId)?.gatewayId;
        const asked = known && gatewayId !== undefined ? { ...order, gatewayId } : order;
        orders.push({ order: asked, said: (await plainly(call, asked)).said });
      }
      await fc.assert(
        fc.asyncProperty(fc.nat({ max: orders.length - 1 }), changesOf, async (which, changes) => {
          const one = orders[which];
          if (one !== undefined) await changedCall(call, one.order, [one.said], changes);
        }),
        tried(call === 'look' ? 80 : 30),
      );
    });
  });

  const acts = description.calls.filter(({ call }) => call !== 'look' && call !== 'lookAtRefund');
  test.each(acts)('$call', { timeout: PATIENCE_MS }, async ({ call, state, flags }: CallDescription) => {
    const { said } = await plainly(call, seed(state, flags));
    const sameOrder = { look: 0, lookAtRefund: 1 };
    await fc.assert(
      fc.asyncProperty(changesOf, async (changes) => {
        const order = seed(state, flags);
        const gatewayId = sandbox.truth(system, order.orderId)?.gatewayId;
        for (const look of ['look', 'lookAtRefund'] as const) {
          recorded[sameOrder[look]] = { call: look, order, answer: (await plainly(look, order)).answer };
        }
        const named = 'gatewayId' in said && gatewayId !== undefined;
        await changedCall(call, order, [named ? { ...said, gatewayId } : said], changes);
      }),
      tried(25),
    );
  });
});
