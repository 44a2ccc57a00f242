/**
 * Shouqianba ("upay v2"), emulated: `/upay/v2/{query,cancel,revoke,refund}` and `/terminal/{activate,checkin}`, signed
 * by MD5 over the raw body and the terminal's key. Its answers are unsigned, and no call creates an order: seed it.
 *
 * **States**: `absent`, `CREATED`, `PAID`, `PAY_CANCELED`, `PAY_ERROR`, `REFUNDED`, `PARTIAL_REFUNDED`,
 * `REFUND_INPROGRESS`, `REFUND_ERROR`, `CANCELED`, `CANCEL_INPROGRESS`, `CANCEL_ERROR`, `INVALID_STATUS_CODE`. All but
 * `absent`, `CREATED`, `PAY_CANCELED` and `PAY_ERROR` were charged, unless `charged` says otherwise.
 *
 * **Flags** of an order, with defaults:
 * - cancel: `oneCancelPerOrder` (true: a second cancel after one that came to nothing is refused); `cancelFails` (`ok`,
 *   or `slow`, `slow-then-error`, `slow-then-refused`: in progress first; `refused`: CANCEL_ERROR, the order stays as it
 *   was; `unknown`, `unknown-then-ok`, `unknown-then-refused`: CANCEL_ERROR first); `abortFails` (the same for an unpaid
 *   order; default `cancelFails`); `cancelFailTimes` (later tries are ok; 0: never); `cancelSettlesAfterMs` (3000; for an
 *   order seeded while it cancels: never); `canceledAs` (`CANCELED`, `PAY_CANCELED`); `payCanceledIsNoop` (true);
 *   `campaign` (`FAIL`, `CANCEL_ERROR` or true: what UPAY_TCP_ORDER_NOT_REFUNDABLE rides on), `campaignBlocksRefund`
 * - `balanceShort` (true, or the code): the seller cannot give money back, by cancel or refund
 * - refund: `refund` (`ok`, `in-progress-then-ok`, `in-progress-then-refused`, `error-then-ok`, `error-then-refused`,
 *   `fail`); `refundFailTimes`, `refundSettlesAfterMs` as for cancel; `refundedAmount` (of a PARTIAL_REFUNDED seed: half);
 *   `unknownRefund` (`order`, `notExists`: what a look by an unknown refund number shows)
 * - time: `otherDay` (true: of an earlier day; false: of today even at midnight), `otherDayCode`; `lag` (looks show the
 *   order as it was so many ms ago); `visibleAfterMs` (not found before; an `absent` one is then created);
 *   `invisibleUntilScan` (not found, and payable, until paid or scanned); `payErrorAfterMs`, `payCanceledAfterMs`
 * - `charged` (whether money was taken before), `foreignMerchant` (never found), `payway`, `subPayway`
 * - of the whole gateway, from then on: `oldKey` (`both`, `checkinOnly`, `strict`: what the previous key opens),
 *   `dailyExpiry`, `mirrorHttpStatus`, `upperCaseSign`, `activationUses` (of the code; 0: any number)
 *
 * **Events**: `pay`, `create`, `createAndPay`, `scan`, `decline`, `expire`, `payError` (`charged`), `settleCancel`,
 * `failCancel` (CANCEL_INPROGRESS to CANCEL_ERROR; from there, or with `restore`, back), `cancelElsewhere`,
 * `settleRefund`, `failRefund` (likewise), `partialRefund` (`amount`), `refundElsewhere`, `topUp`, `midnight`. For the
 * terminal, under any order number: `rotateKey` (`times`), `deactivateTerminal`, `reactivateTerminal`, `policy`.
 *
 * **Business faults**: any layer 1 code (400 or 500 as listed in `envelope.ts`; others `with: { layer: 1, resultCode }`);
 * any layer 2 value (`with: { errorCode, data: false }`); any other code in capitals, which rides on FAIL or on
 * `with.resultCode`; none of them executed, unless they say so. Executed by default: `missingData`, `missingBiz`,
 * `unknownStatus`, `wrongClientSn`, `wrongSn`, `wrongAmount`, `nullFields`, `emptyFields`, `absentFields`,
 * `notExistSpelling2`, `numbersInsteadOfStrings`, `emptyKey`, `checkinNested`, `mirrorHttpStatus` (also as a `with` of a
 * code). A check-in's faults are set for its terminal's number in place of an order's; a lost answer is `resetAfter`.
 */
import type { SandboxRequest, SystemFactory } from '../contract.ts';
import { admit, type Gate } from './admit.ts';
import { callbackPublicKey, callbackRules, writeCallback } from './callback.ts';
import { prepare, type Shop } from './calls.ts';
import { startCourse } from './course.ts';
import { codeOf, type Reply } from './envelope.ts';
import { happenTo } from './events.ts';
import { planFault } from './faults.ts';
import { isPayable } from './order.ts';
import { Orders } from './orders.ts';
import { DEFAULT_POLICY, type Policy, type PolicyPatch, pickPolicy, policyPatch, policySchema } from './policy.ts';
import { PATHS, readHints } from './requests.ts';
import { seedOrder } from './seed.ts';
import type { Activation } from './terminal-calls.ts';
import { happenToTerminal } from './terminal-events.ts';
import { digits, newKey, Terminals } from './terminals.ts';

const HEADERS = { 'content-type': 'application/json;charset=UTF-8' } as const;

/** Starts one gateway with one merchant, one vendor and one active terminal. */
export const shouqianbaSystem: SystemFactory = (host) => {
  const vendor = { sn: digits(8), key: newKey() };
  const terminals = new Terminals(host);
  let policy: Policy = DEFAULT_POLICY;
  const activation: Activation = {
    appId: digits(16),
    code: digits(8),
    // The first terminal was there without it.
    usesLeft: () => (policy.activationUses === 0 ? 1 : policy.activationUses - (terminals.count() - 1)),
  };
  const terminal = terminals.add(`1000${digits(14)}`, newKey());
  const credentials = {
    terminalSn: terminal.sn,
    terminalKey: terminal.current.value,
    deviceId: 'SANDBOX-POS-01',
    vendorSn: vendor.sn,
    vendorKey: vendor.key,
    appId: activation.appId,
    activationCode: activation.code,
    callbackPublicKey: callbackPublicKey(),
  };
  const orders = new Orders(host);
  const shop: Shop = { host, orders, terminals, activation };

  function setPolicy(patch: PolicyPatch): void {
    policy = policySchema.parse({ ...policy, ...patch });
  }

  function answer(reply: Reply, facts: { executed: boolean; authentic: boolean; mirror?: boolean }) {
    const { executed, authentic, mirror = policy.mirrorHttpStatus } = facts;
    const status = mirror ? Number(reply.result_code) : 200;
    return { status, headers: HEADERS, body: JSON.stringify(reply), executed, authentic, code: codeOf(reply) };
  }

  function identify(request: SandboxRequest) {
    const path = PATHS[request.path];
    if (path === undefined) return undefined;
    const hints = readHints(request.body);
    const operation = path === 'query' && hints.refund_request_no ? 'refundQuery' : path;
    // A terminal's number in place of an order's: so a fault can be set for a check-in.
    const orderId = path === 'checkin' ? hints.terminal_sn : (orders.named(hints, path)?.clientSn ?? hints.client_sn);
    return { operation, ...(orderId && { orderId }) } as const;
  }

  return {
    name: 'shouqianba',
    identify,
    handle(request, fault) {
      const operation = identify(request)?.operation;
      if (operation === undefined) return { status: 404, headers: {}, body: '', executed: false, authentic: false };
      const gate: Gate = { terminals, vendor, policy };
      const admitted = admit(gate, operation, request);
      if (!admitted.ok) return answer(admitted.reply, { executed: false, authentic: admitted.authentic });

      const prepared = prepare(shop, operation, admitted.body, admitted.terminal);
      const plan = planFault(fault);
      const { reply, executed } = plan.execute ? prepared.run() : { reply: prepared.standing(), executed: false };
      const mirror = policy.mirrorHttpStatus || plan.mirrorHttpStatus;
      return answer(plan.rewrite(reply), { executed, authentic: true, mirror });
    },
    seed(seed) {
      if (orders.get(seed.orderId) !== undefined) throw new Error(`order ${seed.orderId} was seeded already`);
      const order = seedOrder(host, seed);
      setPolicy(pickPolicy(order.flags));
      orders.add(order);
      startCourse(host, order);
    },
    happen(orderId, event) {
      if (event.name === 'policy') return setPolicy(policyPatch.parse(event.with ?? {}));
      if (happenToTerminal(terminals, terminal, event)) return;
      const order = orders.get(orderId);
      if (order === undefined) throw new Error(`shouqianba knows no order ${orderId}`);
      happenTo(host, order, event);
    },
    truth(orderId) {
      const order = orders.get(orderId);
      if (order === undefined) return undefined;
      const { state, amount, taken, returned, sn } = order;
      return { orderId, state, amount, taken, returned, payable: isPayable(order), gatewayId: sn };
    },
    notices: {
      ...callbackRules,
      write(orderId, wish) {
        const order = orders.get(orderId);
        if (order === undefined) throw new Error(`shouqianba knows no order ${orderId}`);
        return writeCallback(order, terminal.sn, wish);
      },
    },
    credentials: () => credentials,
  };
};
