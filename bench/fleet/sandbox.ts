/** The sandbox gateways in a process of their own, by their control API. */
import { z } from 'zod';
import type { OrderSeed, OrderTruth } from '../../src/sandbox/index.ts';
import { type Command, startCommand } from './command.ts';
import { inLanes } from './lanes.ts';

const IN_FLIGHT = 20;

const ready = z.object({ control: z.url() });
const outage = z.object({ refused: z.number() });
const truth: z.ZodType<OrderTruth> = z.object({
  orderId: z.string(),
  state: z.string(),
  amount: z.number(),
  taken: z.number(),
  returned: z.number(),
  payable: z.boolean(),
});
const logged = z.object({
  at: z.number(),
  system: z.string(),
  operation: z.string(),
  orderId: z.string().exactOptional(),
  executed: z.boolean(),
});
const log = z.object({ log: z.array(logged) });
/** One request that the sandbox read. */
export type LoggedCall = z.infer<typeof logged>;

export interface SandboxGateways {
  seed(system: string, orders: readonly OrderSeed[]): Promise<void>;
  /** The same event for many orders. */
  happen(system: string, orderIds: readonly string[], name: string): Promise<void>;
  outage(system: string, on: boolean): Promise<void>;
  /** Connections that outages have reset so far. */
  refused(system: string): Promise<number>;
  truths(system: string, orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderTruth>>;
  log(system: string): Promise<readonly LoggedCall[]>;
  stop(): Promise<void>;
}

/** @param directory where a configuration for a worker is written, with its secrets */
export async function startGateways(systems: readonly string[], directory: string): Promise<SandboxGateways> {
  const chosen = systems.flatMap((system) => ['--system', system]);
  const command: Command = await startCommand(
    ['sandbox', '--port', '0', '--config', directory, '--json', ...chosen],
    '"control"',
  );
  const { control } = ready.parse(JSON.parse(command.readyLine));

  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const reply = await fetch(`${control}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer: unknown = await reply.json();
    if (!reply.ok)
      throw new Error(`the sandbox answered ${reply.status} to ${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  }
  const order = (system: string, orderId: string) => `/systems/${system}/orders/${encodeURIComponent(orderId)}`;

  return {
    seed: (system, orders) => inLanes(orders, IN_FLIGHT, (seed) => ask('POST', `/systems/${system}/orders`, seed)),
    happen: (system, orderIds, name) =>
      inLanes(orderIds, IN_FLIGHT, (orderId) => ask('POST', `${order(system, orderId)}/events`, { name })),
    async outage(system, on) {
      await ask('PUT', `/systems/${system}/outage`, { on });
    },
    refused: async (system) => outage.parse(await ask('GET', `/systems/${system}/outage`)).refused,
    async truths(system, orderIds) {
      const found = new Map<string, OrderTruth>();
      await inLanes(orderIds, IN_FLIGHT, async (orderId) => {
        found.set(orderId, truth.parse(await ask('GET', order(system, orderId))));
      });
      return found;
    },
    log: async (system) => log.parse(await ask('GET', `/log?system=${system}`)).log,
    stop: () => command.stop(),
  };
}
