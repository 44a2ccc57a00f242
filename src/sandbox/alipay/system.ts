import type { BusinessFault, Handled, SandboxRequest, SandboxSystem, SystemFactory } from '../contract.ts';
import { createOrderBook } from './book.ts';
import type { Call } from './call.ts';
import { readClassic } from './classic.ts';
import { eventNames, happenTo, scheduleExpiry } from './events.ts';
import { type Plan, planFault } from './faults.ts';
import { applicationPrivatePem, publicPem } from './keys.ts';
import { alipayNotification, noticeRules } from './notify.ts';
import { findOrder, isLook, namesIn, runOperation } from './operations.ts';
import { type AlipayOptions, APP_ID, defaultOptions } from './options.ts';
import { refusal } from './reply.ts';
import { readV3 } from './v3.ts';

/**
 * Alipay: `POST /gateway.do` (classic) and `/v3/alipay/trade/*` over the same orders. States: `ABSENT`, `WAITING`,
 * `PAID`, `FINISHED`, `CLOSED_UNPAID`, `CLOSED_REFUNDED`; flags in `flags.ts`, events in `events.ts`, faults in
 * `faults.ts`.
 */
export function createAlipaySystem(options: Partial<AlipayOptions> = {}): SystemFactory {
  return (host): SandboxSystem => {
    const book = createOrderBook(host);
    const world = { book, host, options: { ...defaultOptions, ...options } };
    const usedNonces = new Set<string>();
    const read = (request: SandboxRequest): Call | undefined => readClassic(request) ?? readV3(request);

    function orderOf(call: Call) {
      return call.params && findOrder(namesIn(call.params), book);
    }

    /** The answer to one call, after its checks, with what a fault makes of it. */
    function answer(
      call: Call,
      plan: Plan,
    ): Pick<Handled, 'executed' | 'authentic'> & { reply: ReturnType<Plan['replace']> } {
      const context = { options: world.options, usedNonces, now: () => host.now() + plan.skewMs };
      const stranger = call.authenticate(context);
      if (stranger !== undefined) return { reply: stranger, executed: false, authentic: false };
      const refused = call.admit(context);
      if (refused !== undefined) return { reply: refused, executed: false, authentic: true };
      const { operation, params } = call;
      if (operation === undefined || params === undefined) {
        return { reply: refusal('isv.invalid-method'), executed: false, authentic: true };
      }
      const { reply, effect } = runOperation(operation, params, world);
      const executed = plan.execute && effect !== undefined && !isLook(operation);
      if (plan.execute) effect?.();
      return { reply: plan.replace(reply, operation), executed, authentic: true };
    }

    function handle(request: SandboxRequest, fault: BusinessFault | undefined): Handled {
      const call = read(request);
      if (call === undefined) {
        return {
          status: 404,
          headers: { 'content-type': 'text/html' },
          body: '404',
          executed: false,
          authentic: false,
        };
      }
      const plan = planFault(fault, call.protocol);
      const { reply, executed, authentic } = answer(call, plan);
      const shape = { ...orderOf(call)?.flags, ...plan.shape };
      return { ...call.render(reply, shape), executed, authentic };
    }

    return {
      name: 'alipay',
      identify(request) {
        const call = read(request);
        if (call?.operation === undefined) return undefined;
        const orderId = orderOf(call)?.outTradeNo ?? (call.params && namesIn(call.params).outTradeNo);
        return { operation: call.operation, ...(orderId !== undefined && { orderId }) };
      },
      handle,
      seed(seed) {
        for (const { business } of seed.faults ?? []) planFault(business, undefined);
        for (const { name } of seed.events ?? []) {
          if (!eventNames.includes(name))
            throw new Error(`alipay knows no event ${name}, only ${eventNames.join(', ')}`);
        }
        scheduleExpiry(book.add(seed), world);
      },
      happen(orderId, event) {
        const order = book.byNumber(orderId);
        if (order === undefined) throw new Error(`alipay has no order ${orderId}: seed it first, as absent if need be`);
        happenTo(order, event, world);
      },
      truth: (orderId) => book.truth(orderId),
      notices: {
        ...noticeRules,
        write(orderId, wish) {
          const truth = book.truth(orderId);
          if (truth === undefined) throw new Error(`alipay has no order ${orderId}`);
          return alipayNotification(truth, wish, host.now());
        },
      },
      credentials: () => ({
        appId: APP_ID,
        privateKey: applicationPrivatePem(),
        alipayPublicKey: publicPem('platform'),
        applicationPublicKey: publicPem('application'),
        gatewayPath: '/gateway.do',
      }),
    };
  };
}

/** Alipay as the specification has it. */
export const alipaySystem: SystemFactory = createAlipaySystem();
