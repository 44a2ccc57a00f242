/** True notifications of every gateway, changed: none wakes anything but the order that was signed. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountsOf } from '../../src/gateways/accounts.ts';
import type { Notification, Notifications } from '../../src/gateways/notification.ts';
import { createNotificationDesk } from '../../src/notifications/index.ts';
import type { OrderKey } from '../../src/reversal/request.ts';
import type { Notice, Sandbox } from '../../src/sandbox/contract.ts';
import { startSandbox, systems } from '../../src/sandbox/index.ts';
import { GATEWAYS, type GatewayName, openStandAccounts } from '../../src/stand/accounts.ts';
import { DESCRIPTIONS } from '../conformance/gateways/index.ts';
import { AMOUNT, newOrderId, systemOf } from '../conformance/support.ts';
import { type Mutation, mutated, mutations } from './mutations.ts';
import { PATIENCE_MS, tried } from './runs.ts';
import type { WireAnswer } from './wire.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ systems });
});
afterAll(() => sandbox.stop());

const NO_KEYS = { load: async () => undefined, replace: async () => false };

interface True {
  readonly orderId: string;
  readonly notice: WireAnswer;
}

const onWire = ({ headers, body }: Notice): WireAnswer => ({
  status: 200,
  headers: Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  body: Buffer.from(body),
});

const received = ({ headers, body }: WireAnswer) => ({ headers: Object.fromEntries(headers), body });

/** What was told, but for facts that are kept as they came: DaxPay's trace number is not signed. */
const claim = (told: Notification) =>
  told.kind === 'authentic'
    ? { orderId: told.orderId, about: told.about, gatewayId: told.gatewayId?.toUpperCase() }
    : told;

describe.each(GATEWAYS)('%s', (name: GatewayName) => {
  let read: Notifications['read'];
  let notices: True[];
  const woken: OrderKey[] = [];
  let desk: ReturnType<typeof createNotificationDesk>;

  beforeAll(() => {
    const accounts = openStandAccounts([name], { sandbox, terminalKeys: NO_KEYS, overrides: () => ({}) });
    const { notifications } = accounts[0] ?? {};
    if (notifications === undefined) throw new Error('the account takes no notifications');
    read = notifications.read;
    desk = createNotificationDesk({
      accounts: accountsOf(accounts),
      client: {
        wake: async (order) => {
          woken.push(order);
          return true;
        },
        wakeOrStart: () => Promise.reject(new Error('nothing is started here')),
      },
      ledger: { reversal: async () => undefined },
      onError: (error) => {
        throw error;
      },
    });
    const system = systemOf(name);
    const states = DESCRIPTIONS.find((one) => one.name === name)?.states ?? [];
    notices = states.flatMap(({ state, flags }) => {
      if (state.toLowerCase() === 'absent') return [];
      const orderId = newOrderId();
      sandbox.seed(system, { orderId, amount: AMOUNT, state, ...(flags && { flags }) });
      const written = sandbox.system(system).notices?.write(orderId, {});
      return written === undefined ? [] : [{ orderId, notice: onWire(written) }];
    });
  });

  const changes = mutations.map((list: readonly Mutation[]) => list);

  test('a true one wakes its order', async () => {
    expect(notices.length).toBeGreaterThan(3);
    for (const { orderId, notice } of notices) {
      woken.length = 0;
      expect(read(received(notice))).toMatchObject({ kind: 'authentic', orderId });
      await desk.receive(name, received(notice));
      expect(woken).toEqual([expect.objectContaining({ account: name, orderId })]);
    }
  });

  test('a changed one is refused, or says what was signed', { timeout: PATIENCE_MS }, async () => {
    const genuine = notices.map(({ notice }) => claim(read(received(notice))));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: notices.length - 1 }), changes, async (which, list) => {
        const one = notices[which];
        if (one === undefined) return;
        const others = notices.map(({ notice }) => notice);
        const sent = received(mutated(one.notice, list, others, new Set()));
        const told = read(sent);
        woken.length = 0;
        const answer = await desk.receive(name, sent);
        if (told.kind === 'authentic') {
          // Another true one in its place is a true one. What it is about may be lost: E signs no case of letters.
          const same = told.about === 'other' ? genuine.map((one) => ({ ...one, about: 'other' })) : genuine;
          expect(same).toContainEqual(claim(told));
          expect(woken).toEqual([expect.objectContaining({ account: name, orderId: told.orderId })]);
          return;
        }
        expect(woken).toEqual([]);
        expect(answer?.status).toBe(told.kind === 'irrelevant' ? 200 : 400);
      }),
      tried(400),
    );
  });
});
