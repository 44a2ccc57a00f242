/** Every gateway's client against its sandbox over real HTTP: signatures, codes, faults, money. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RULES } from '../../src/gateways/rules.ts';
import { openReversal, saw } from '../../src/reversal/reversal.ts';
import type { Fault, Sandbox } from '../../src/sandbox/contract.ts';
import { startSandbox, systems } from '../../src/sandbox/index.ts';
import { requestFor } from './cells/words.ts';
import { countingFor } from './coverage.ts';
import type { CallDescription, CallName, GatewayDescription } from './gateways/description.ts';
import { DESCRIPTIONS } from './gateways/index.ts';
import { AMOUNT, isCertain, make, newOrderId, openGateway, said, systemOf } from './support.ts';
import { DEADLINE_MS, WIRE_CASES } from './wire.ts';

const PATIENT_MS = 5000;
const count = countingFor('conformance client');
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ systems });
});
afterAll(() => sandbox.stop());

function callOf(gateway: GatewayDescription, name: CallName): CallDescription {
  const found = gateway.calls.find(({ call }) => call === name);
  if (found === undefined) throw new Error(`${gateway.name} describes no call ${name}`);
  return found;
}

/** Seeds an order in the state that suits the call, with a fault for it; makes the refund that is to be looked at. */
async function seedFor(gateway: GatewayDescription, call: CallDescription, fault?: Omit<Fault, 'operation'>) {
  const orderId = newOrderId();
  const system = systemOf(gateway.name);
  sandbox.seed(system, {
    orderId,
    amount: AMOUNT,
    state: call.state,
    ...(call.flags && { flags: call.flags }),
    ...(fault && { faults: [{ operation: call.operation, ...fault }] }),
  });
  const order = { orderId, amount: AMOUNT, currency: 'CNY' };
  if (call.afterRefund) await make(openGateway(gateway.name, sandbox), 'refund', order, PATIENT_MS);
  return order;
}

/** The call's own requests in the log: a refund that was made first is none of them. */
const requestsOf = (gateway: GatewayDescription, call: CallDescription, orderId: string) =>
  sandbox.log({ system: systemOf(gateway.name), orderId }).filter(({ operation }) => operation === call.operation);

const entryOf = (gateway: GatewayDescription, call: CallDescription, orderId: string) => {
  const log = requestsOf(gateway, call, orderId);
  expect(log, 'one request for one call').toHaveLength(1);
  return log[0];
};

describe.each(DESCRIPTIONS)('$name', (gateway) => {
  const open = (altered = {}) => openGateway(gateway.name, sandbox, altered);
  const credentials = () => sandbox.system(systemOf(gateway.name)).credentials();

  it.each(gateway.calls)('$call: the sandbox accepts the signature, and says $normally', async (call) => {
    const order = await seedFor(gateway, call);
    expect(said(await make(open(), call.call, order, PATIENT_MS))).toBe(call.normally);
    expect(entryOf(gateway, call, order.orderId)).toMatchObject({ authentic: true });
    count(gateway.name, 'calls', call.call);
  });

  it.each(gateway.calls)('$call: a wrong key is refused, and nothing is executed', async (call) => {
    const order = await seedFor(gateway, call);
    const before = sandbox.truth(systemOf(gateway.name), order.orderId);
    const stranger = open({ credentials: gateway.wrongKey(credentials()) });
    const words = said(await make(stranger, call.call, order, PATIENT_MS));
    // Where the gateway's answer is signed with the same secret, a refusal cannot be told from a forgery.
    expect(['rejected signature', 'unknown forged', 'unknown unsigned']).toContain(words);
    const log = requestsOf(gateway, call, order.orderId);
    expect(log.length).toBeGreaterThan(0);
    for (const entry of log) expect(entry).toMatchObject({ authentic: false, executed: false });
    expect(sandbox.truth(systemOf(gateway.name), order.orderId)).toEqual(before);
    count(gateway.name, 'wrong keys', call.call);
  });

  it.runIf(gateway.wrongPlatformKey !== undefined)('answers signed by somebody else are forgeries', async () => {
    const altered = gateway.wrongPlatformKey?.(credentials());
    if (altered === undefined) return;
    for (const call of gateway.calls) {
      const order = await seedFor(gateway, call);
      const words = said(await make(open({ credentials: altered }), call.call, order, PATIENT_MS));
      expect(words, call.call).toBe('unknown forged');
      count(gateway.name, 'wrong keys', `platform ${call.call}`);
    }
  });

  it.each(gateway.states)('state $state $flags shows $shows', async ({ state, flags, events, shows }) => {
    const orderId = newOrderId();
    sandbox.seed(systemOf(gateway.name), {
      orderId,
      amount: AMOUNT,
      state,
      ...(flags && { flags }),
      ...(events && { events }),
    });
    const view = await open().look({ orderId, amount: AMOUNT, currency: 'CNY' }, { timeoutMs: PATIENT_MS });
    expect(said(view)).toBe(shows);
    if (shows !== 'absent') expect(view).toMatchObject({ amount: AMOUNT, currency: 'CNY', orderId });
    count(gateway.name, 'states', `${state} ${JSON.stringify(flags ?? {})}`);
  });

  it.each(gateway.codes)('$call: $fault.name says $says', async ({ call, fault, says }) => {
    const order = await seedFor(gateway, callOf(gateway, call), { business: fault });
    const answer = await make(open(), call, order, PATIENT_MS);
    expect(said(answer)).toBe(says);
    expect(entryOf(gateway, callOf(gateway, call), order.orderId)).toMatchObject({
      fault: fault.name,
      executed: false,
    });
    if (gateway.signsErrors !== undefined && 'code' in answer && answer.kind === 'refused') {
      expect(answer.hint ?? false, 'an unsigned error is a hint').toBe(!gateway.signsErrors);
    }
    if (gateway.signsErrors !== undefined && answer.kind === 'absent') {
      expect(answer.hint ?? false, 'an unsigned error is a hint').toBe(!gateway.signsErrors);
    }
    count(gateway.name, 'codes', `${call} ${fault.name} ${JSON.stringify(fault.with ?? {})}`);
  });

  it.each(gateway.untrusted)('$call: $fault.name is no certainty', async ({ call, fault }) => {
    const order = await seedFor(gateway, callOf(gateway, call), { business: fault });
    // As after a first look, which has shown the gateway's own number.
    const gatewayId = sandbox.truth(systemOf(gateway.name), order.orderId)?.gatewayId;
    const known = { ...order, ...(gatewayId !== undefined && { gatewayId }) };
    const words = said(await make(open(), call, known, PATIENT_MS));
    expect(isCertain(words), words).toBe(false);
    expect(words).not.toBe('unknown notSent');
    count(gateway.name, 'forgeries', `${call} ${fault.name}`);
  });

  it.each(gateway.lenient)('$call: $fault.name is read all the same', async ({ call, fault }) => {
    const described = callOf(gateway, call);
    const order = await seedFor(gateway, described, { business: fault });
    expect(said(await make(open(), call, order, PATIENT_MS))).toBe(described.normally);
    count(gateway.name, 'odd shapes', `${call} ${fault.name}`);
  });

  it.concurrent.for(WIRE_CASES)('wire: $wire $delayMs is no certainty, for any call', async (fault, { expect }) => {
    const client = open();
    const delay = fault.delayMs === undefined ? {} : { delayMs: fault.delayMs };
    await Promise.all(
      gateway.calls.map(async (call) => {
        const order = await seedFor(gateway, call, { wire: fault.wire, ...delay });
        const deadline = fault.may.includes('timeout') ? DEADLINE_MS : PATIENT_MS;
        const words = said(await make(client, call.call, order, deadline));
        const may = fault.may.map((why) => (why === 'normal' ? call.normally : `unknown ${why}`));
        expect(may, call.call).toContain(words);
        expect(entryOf(gateway, call, order.orderId)?.fault, call.call).toBe(fault.wire);
        if (call.operation !== 'query' && call.operation !== 'refundQuery') {
          await expect
            .poll(() => entryOf(gateway, call, order.orderId)?.executed, { timeout: 20_000, message: call.call })
            .toBe(fault.executed);
        }
        count(gateway.name, 'wire faults', `${call.call} ${fault.wire} ${fault.delayMs ?? ''}`);
      }),
    );
  });

  it('says notSent where nothing can have been sent, and only there', async () => {
    const client = open({ url: 'http://127.0.0.1:9' });
    for (const call of gateway.calls) {
      const order = { orderId: newOrderId(), amount: AMOUNT, currency: 'CNY' };
      const words = said(await make(client, call.call, order, PATIENT_MS));
      const isLook = call.call === 'look' || call.call === 'lookAtRefund';
      expect(words, call.call).toBe(isLook ? 'unknown notSent' : 'notSent');
      count(gateway.name, 'wire faults', `${call.call} refused connection`);
    }
  });

  it('an amount that is not the one asked for stops the case', async () => {
    const look = callOf(gateway, 'look');
    const fault = gateway.otherAmount === undefined ? undefined : { business: gateway.otherAmount };
    const order = await seedFor(gateway, look, fault);
    const view = await open().look(order, { timeoutMs: PATIENT_MS });
    const amount = gateway.otherAmount === undefined ? AMOUNT + 1 : AMOUNT;
    const request = { ...requestFor(RULES.alipay.provider), orderId: order.orderId, amount };
    const opened = openReversal(request, RULES.alipay, { acts: [] }, Date.now());
    expect(saw(opened, view, Date.now(), Date.now()).mismatch).toBe('amount');
  });

  it('the same refund number twice gives the money back once', async () => {
    const refund = callOf(gateway, 'refund');
    const client = open();
    const order = await seedFor(gateway, refund);
    await make(client, 'refund', order, PATIENT_MS);
    await make(client, 'refund', order, PATIENT_MS);
    expect(sandbox.truth(systemOf(gateway.name), order.orderId)).toMatchObject({ taken: AMOUNT, returned: AMOUNT });
    expect(said(await make(client, 'lookAtRefund', order, PATIENT_MS))).toBe('done');
  });

  it('so it does when the first answer was lost', async () => {
    const client = open();
    const order = await seedFor(gateway, callOf(gateway, 'refund'), { wire: 'resetAfter' });
    expect(said(await make(client, 'refund', order, PATIENT_MS))).toBe('unknown reset');
    await make(client, 'refund', order, PATIENT_MS);
    expect(sandbox.truth(systemOf(gateway.name), order.orderId)).toMatchObject({ taken: AMOUNT, returned: AMOUNT });
  });
});
