/** From an admitted request to its answer: fields, then the order, then the business. */
import type { z } from 'zod';
import type { Operation, SandboxHost } from '../contract.ts';
import { type Acted, type CancelVerb, cancel } from './cancel.ts';
import { layer1, outcome, processed, type Reply } from './envelope.ts';
import type { Order } from './order.ts';
import { actionData } from './order-data.ts';
import type { Orders } from './orders.ts';
import { look, notExists } from './query.ts';
import { refund } from './refund.ts';
import { activateSchema, cancelSchema, checkinSchema, querySchema, refundSchema } from './requests.ts';
import { type Activation, activate, checkin } from './terminal-calls.ts';
import type { Terminal, Terminals } from './terminals.ts';

export interface Shop {
  readonly host: SandboxHost;
  readonly orders: Orders;
  readonly terminals: Terminals;
  readonly activation: Activation;
}

/** A request whose fields are right: what it would do, and what the answer is about if it is not done. */
export interface Prepared {
  run(): Acted;
  standing(): Reply;
}

type Prepare = (shop: Shop, body: object, terminal: Terminal | undefined) => Prepared | undefined;

function standing(order: Order | undefined): Reply {
  return order === undefined ? notExists() : outcome('SUCCESS', actionData(order));
}

/** A call on one order, found by its numbers; without it the answer is "not exists" and nothing was done. */
function onOrder<Body extends { sn?: string | null | undefined; client_sn?: string | null | undefined }>(
  operation: Operation,
  schema: z.ZodType<Body>,
  act: (shop: Shop, order: Order, body: Body) => Acted,
): Prepare {
  return (shop, body) => {
    const read = schema.safeParse(body);
    if (!read.success) return undefined;
    const find = (): Order | undefined => shop.orders.find(read.data, operation);
    return {
      standing: () => standing(find()),
      run() {
        const order = find();
        return order === undefined ? { reply: notExists(), executed: false } : act(shop, order, read.data);
      },
    };
  };
}

const query = onOrder('query', querySchema, ({ host }, order, body) => ({
  reply: look(host, order, body.refund_request_no || undefined),
  executed: false,
}));

const cancelBy = (verb: CancelVerb): Prepare =>
  onOrder(verb, cancelSchema, ({ host }, order) => cancel(host, order, verb));

const PREPARES: Readonly<Partial<Record<Operation, Prepare>>> = {
  query,
  refundQuery: query,
  cancel: cancelBy('cancel'),
  revoke: cancelBy('revoke'),
  refund: onOrder('refund', refundSchema, ({ host }, order, body) =>
    refund(host, order, {
      no: body.refund_request_no,
      amount: Number(body.refund_amount),
      operator: body.operator,
    }),
  ),
  checkin: ({ terminals }, body, terminal) =>
    terminal !== undefined && checkinSchema.safeParse(body).success
      ? { run: () => checkin(terminals, terminal), standing: () => processed({}) }
      : undefined,
  activate({ terminals, activation }, body) {
    const read = activateSchema.safeParse(body);
    if (!read.success) return undefined;
    return { run: () => activate(terminals, activation, read.data), standing: () => processed({}) };
  },
};

/** The prepared call, or the refusal when a field is missing or wrong. */
export function prepare(shop: Shop, operation: Operation, body: object, terminal: Terminal | undefined): Prepared {
  const prepared = PREPARES[operation]?.(shop, body, terminal);
  const refused = (): Reply => layer1('INVALID_PARAMS', 'a parameter is missing or wrong');
  return prepared ?? { run: () => ({ reply: refused(), executed: false }), standing: refused };
}
