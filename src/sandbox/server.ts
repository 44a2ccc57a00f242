import { createClock } from './clock.ts';
import type { Sandbox, SystemFactory } from './contract.ts';
import { startControl } from './control.ts';
import { createRequestLog } from './log.ts';
import { createMoneyJournal } from './money.ts';
import { type Mounted, mount } from './mount.ts';

export interface SandboxOptions {
  /** The gateways to emulate, by the names that the log and the control API call them. */
  readonly systems: Readonly<Record<string, SystemFactory>>;
  readonly host?: '127.0.0.1';
  /** A port for each system; without one, any that is free. */
  readonly ports?: Readonly<Record<string, number>>;
  readonly controlPort?: number;
}

/**
 * Starts emulated gateways, each on its own port, and the control API on another.
 *
 * `stop()` destroys every connection and cancels every timer; it rejects when the sandbox itself was found wrong while
 * it ran (money returned twice, an error inside a system), since no test result then means anything.
 *
 * ```ts
 * const sandbox = await startSandbox({ systems: { alipay: alipaySystem } });
 * sandbox.seed('alipay', { orderId: 'A1', amount: 1230, state: 'PAID' });
 * sandbox.fault('alipay', 'A1', { operation: 'cancel', wire: 'resetAfter' });
 * ```
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { host = '127.0.0.1' } = options;
  const defects: Error[] = [];
  const onDefect = (error: unknown): void => {
    defects.push(error instanceof Error ? error : new Error(String(error)));
  };
  const clock = createClock(onDefect);
  const log = createRequestLog();
  const money = createMoneyJournal();
  const mounted = new Map<string, Mounted>();

  function find(name: string): Mounted {
    const found = mounted.get(name);
    if (found === undefined) throw new Error(`the sandbox runs no system ${name}`);
    return found;
  }

  async function release(): Promise<void> {
    clock.stop();
    await Promise.all([...mounted.values()].map((system) => system.stop()));
  }

  // A system keeps amounts of its own to answer with; the truth about money is the journal's.
  const parts: Omit<Sandbox, 'controlUrl' | 'stop'> = {
    url: (name) => find(name).url,
    system: (name) => find(name).system,
    seed: (name, order) => find(name).seed(order),
    fault: (name, orderId, fault) => find(name).fault(orderId, fault),
    happen: (name, orderId, event) => find(name).system.happen(orderId, event),
    truth(name, orderId) {
      const truth = find(name).system.truth(orderId);
      return truth && { ...truth, ...money.sums(name, orderId) };
    },
    notify: async (name, orderId, wish) => find(name).notices.send(orderId, wish ?? {}),
    log: (filter) => log.list(filter),
    money: (filter) => money.list(filter),
    outage: (name, on) => find(name).outage(on),
    refused: (name) => find(name).refused(),
  };

  try {
    for (const [name, create] of Object.entries(options.systems)) {
      const system = create({
        now: clock.now,
        later: clock.later,
        sleep: clock.sleep,
        move: (entry) => money.move({ ...entry, at: clock.now(), system: name }),
        notify: (orderId, about) => mounted.get(name)?.notices.due(orderId, about),
      });
      const port = options.ports?.[name] ?? 0;
      mounted.set(name, await mount({ system, name, host, port, clock, log, onDefect }));
    }
    const control = await startControl({
      host,
      port: options.controlPort ?? 0,
      sandbox: parts,
      systems: [...mounted.keys()],
      defects: () => defects.map((defect) => defect.message),
    });
    return {
      ...parts,
      controlUrl: control.url,
      async stop() {
        await Promise.all([release(), control.stop()]);
        if (defects.length > 0) throw new AggregateError(defects, `the sandbox was wrong: ${defects[0]?.message}`);
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}
