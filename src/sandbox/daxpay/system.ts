import type { BusinessFault, Handled, SandboxHost, SandboxRequest, SandboxSystem } from '../contract.ts';
import type { Desk } from './call.ts';
import { expectEvent, happen } from './events.ts';
import { type Effect, effectOf, seedBody } from './faults.ts';
import { createLocks } from './locks.ts';
import { noticeRules, writeNotice } from './notice.ts';
import { operate } from './operate.ts';
import type { Order } from './order.ts';
import { type Outcome, thrown } from './outcome.ts';
import type { Profile } from './profiles/profile.ts';
import { plantOrder } from './seed.ts';
import { createShelf } from './shelf.ts';
import { truthOf } from './truth.ts';
import { check } from './wire/checks.ts';
import { type Params, textParam, UnreadableBody } from './wire/fields.ts';
import type { JsonObject } from './wire/json.ts';
import { traceId } from './wire/numbers.ts';
import { page, springError, unknownPath, wrongMethod } from './wire/pages.ts';
import { namedOrder, type Received, receive, recognise } from './wire/receive.ts';
import type { Signer } from './wire/signer.ts';

const UNTOUCHED = { executed: false, authentic: false };

/** One DaxPay with its channels, in the wire profile given. */
export function createDaxpay(profile: Profile, signer: Signer, host: SandboxHost): SandboxSystem {
  const desk: Desk = { profile, host, locks: createLocks(host) };
  const shelf = createShelf(profile);
  const nonces = new Map<string, number>();

  function known(orderId: string): Order {
    const order = shelf.get(orderId);
    if (order === undefined) throw new Error(`${profile.name} knows no order ${orderId}`);
    return order;
  }

  function answer(outcome: Outcome, params: Params = {}, { signature, signedMsAgo = 0 }: Partial<Effect> = {}) {
    const sign = (members: JsonObject): string | null => {
      if (signature === 'none') return null;
      return signer.sign(signature === 'wrong' ? { ...members, forged: true } : members);
    };
    const reqId = textParam(params, 'reqId');
    const { body, headers } = profile.envelope(outcome, {
      now: host.now() - signedMsAgo,
      traceId: traceId(),
      reqId,
      sign,
    });
    return { ...page(200, body, headers), code: outcome.kind === 'done' ? '0' : String(outcome.code) };
  }

  async function execute(received: Received, path: string, effect: Effect): Promise<Handled> {
    const { verb, params } = received;
    const fields = profile.requests[verb];
    if (effect.queuedMs !== undefined) await host.sleep(effect.queuedMs);
    const { authentic, refusal } = check({ profile, fields, params, signer, now: host.now(), nonces });
    if (refusal !== undefined && !effect.unchecked) return { ...answer(refusal, params), executed: false, authentic };
    if (effect.delayMs !== undefined) await host.sleep(effect.delayMs);
    const done = effect.runs ? await operate(desk, shelf, received, effect.channel) : undefined;
    const log = { executed: done?.touched ?? false, authentic };
    if (effect.page === 'springError') return { ...springError(path, host), ...log, code: '500' };
    if (effect.page === 'seedBody') return { ...page(200, seedBody(traceId())), ...log, code: '0' };
    const said = effect.answer?.(done?.outcome) ?? done?.outcome ?? { kind: 'done' };
    return { ...answer(said, params, effect), ...log };
  }

  function handle(request: SandboxRequest, fault: BusinessFault | undefined): Handled | Promise<Handled> {
    const { path, method, headers } = request;
    if (profile.routes[path] === undefined) return { ...unknownPath(profile, path, host), ...UNTOUCHED };
    if (method !== 'POST') return { ...wrongMethod(method), ...UNTOUCHED };
    if (!headers['content-type']?.startsWith('application/json')) {
      return { ...answer(thrown(profile.systemError, '系统错误')), ...UNTOUCHED };
    }
    try {
      return execute(receive(request, profile, profile.routes[path]), path, effectOf(fault, profile));
    } catch (error) {
      if (!(error instanceof UnreadableBody)) throw error;
      return { ...answer(thrown(profile.refusals.unreadable.code, error.message)), ...UNTOUCHED };
    }
  }

  return {
    name: profile.name,
    identify(request) {
      const recognised = recognise(request, profile);
      if (recognised === undefined) return undefined;
      const found = shelf.find(recognised.verb, recognised.params);
      const orderId = typeof found === 'object' ? found.order.facts.orderId : namedOrder(recognised.params);
      return { operation: recognised.operation, ...(orderId !== undefined && { orderId }) };
    },
    handle,
    seed(seed) {
      // A misspelt name is found here rather than in the middle of a test.
      for (const { business } of seed.faults ?? []) effectOf(business, profile);
      for (const { name } of seed.events ?? []) expectEvent(desk, name);
      shelf.add(plantOrder(seed, profile, host));
    },
    happen: (orderId, event) => happen(desk, known(orderId), event),
    truth(orderId) {
      const order = shelf.get(orderId);
      return order && truthOf(order, profile);
    },
    notices: {
      ...noticeRules,
      write: (orderId, wish) => writeNotice({ order: known(orderId), profile, signer, now: host.now(), wish }),
    },
    credentials: () => signer.credentials,
  };
}
