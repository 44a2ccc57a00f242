import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from './clock.ts';
import type { Fault, Handled, OrderSeed, SandboxRequest, SandboxSystem } from './contract.ts';
import { createEventBook } from './events.ts';
import { createFaultBook, faultLabel } from './faults.ts';
import { type Listening, listen, readRequest } from './listen.ts';
import type { RequestLog } from './log.ts';
import { createNoticeBook, type NoticeBook } from './notices.ts';
import { send, ways } from './wire.ts';

export interface MountOptions {
  readonly system: SandboxSystem;
  /** The name it goes by in the log; the key under which it was started. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly log: RequestLog;
  onDefect(error: unknown): void;
}

/** One system on its own port, with its faults and events. */
export interface Mounted extends Listening {
  readonly system: SandboxSystem;
  /** Throws when the order was seeded before: its money would be counted twice. */
  seed(order: OrderSeed): void;
  fault(orderId: string, fault: Fault): void;
  readonly notices: Omit<NoticeBook, 'add' | 'stop'>;
}

export async function mount(options: MountOptions): Promise<Mounted> {
  const { system, name, clock, log } = options;
  const faults = createFaultBook();
  const events = createEventBook(clock, (orderId, event) => system.happen(orderId, event));
  const notices = createNoticeBook({ system, name, clock, log });
  const seeded = new Set<string>();

  /**
   * The order of things, which tests rely on: identify, count, events before, fault, execute or not, events after,
   * answer.
   */
  async function exchange(request: SandboxRequest, response: ServerResponse): Promise<void> {
    const at = clock.now();
    const { operation = 'unknown', orderId } = system.identify(request) ?? {};
    const nth = faults.count(orderId, operation);
    const entry = log.open({ at, system: name, operation, ...(orderId && { orderId }), nth, executed: false });
    events.fire(orderId, operation, nth, 'before');
    const fault = faults.pick(orderId, operation);
    const label = faultLabel(fault);
    if (label !== undefined) entry.fault = label;

    let handled: Handled | undefined;
    const after = () => events.fire(orderId, operation, nth, 'after');
    await ways[fault?.wire ?? 'none']({
      response,
      target: request.target,
      host: clock,
      delayMs: fault?.delayMs,
      async execute() {
        handled = await system.handle(request, fault?.business);
        entry.executed = handled.executed;
        entry.authentic = handled.authentic;
        after();
        return handled;
      },
      skip: after,
      answered(whole) {
        entry.answeredAt = clock.now();
        if (whole && handled?.code !== undefined) entry.code = handled.code;
      },
      failed: options.onDefect,
    });
  }

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    if (request === undefined) response.destroy();
    else await exchange(request, response);
  }

  const listening = await listen(options, (message, response) => {
    response.on('error', () => response.destroy());
    serve(message, response).catch((error: unknown) => {
      // A defect of the sandbox itself: loud on the wire, in `GET /health` and at stop.
      options.onDefect(error);
      if (response.headersSent) response.destroy();
      else send(response, 500, { 'content-type': 'text/plain' }, `sandbox defect: ${String(error)}`);
    });
  });

  return {
    ...listening,
    system,
    notices,
    async stop() {
      notices.stop();
      await listening.stop();
    },
    seed(order) {
      if (seeded.has(order.orderId)) throw new Error(`${name}: order ${order.orderId} was seeded already`);
      system.seed(order);
      seeded.add(order.orderId);
      if (order.notifyUrl !== undefined) notices.add(order.orderId, order.notifyUrl);
      for (const fault of order.faults ?? []) faults.add(order.orderId, fault);
      for (const event of order.events ?? []) events.add(order.orderId, event);
    },
    fault: (orderId, fault) => faults.add(orderId, fault),
  };
}
