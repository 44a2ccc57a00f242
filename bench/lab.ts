/** Everything that is measured: a server, a worker and a gateway, each a process of its own, and the two clients. */
import { Client, Connection } from '@temporalio/client';
import { createReversalClient } from '../src/client.ts';
import { startTemporalServer } from '../src/dev/temporal-server.ts';
import { cpuMs, residentKib } from './cpu.ts';
import { type AccountName, gatewayReady, type SeedRequest, type WorkerSetup } from './processes/contract.ts';
import { startHelper } from './processes/helper.ts';
import { AMOUNT, bareSide, type Side, unwindSide } from './sides.ts';

/** Milliseconds of CPU time, or KiB of memory, of the two processes that a deployment pays for. */
export interface Use {
  readonly server: number;
  readonly worker: number;
}

export interface Lab {
  readonly temporal: Client;
  readonly unwind: Side;
  readonly bare: Side;
  /** New paid orders at the gateway, ready to be reversed. */
  orders(account: AccountName, count: number): Promise<string[]>;
  cpu(): Use;
  /** After a garbage collection of the worker. */
  memory(): Promise<Use>;
  stop(): Promise<void>;
}

export interface LabOptions {
  /** The settings we ship, or the server's own. */
  readonly tuned: boolean;
  readonly log: (line: string) => void;
}

export async function openLab({ tuned, log }: LabOptions): Promise<Lab> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const server = await startTemporalServer({ tuned, log });
    stops.push(() => server.stop());
    const { address, namespace } = server;
    const gateway = await startHelper('./gateway.ts', {});
    stops.push(() => gateway.helper.stop());
    const setup: WorkerSetup = { address, namespace, accounts: gatewayReady.parse(gateway.ready) };
    const { helper: worker } = await startHelper('./worker.ts', setup);
    stops.push(() => worker.stop());
    const connection = await Connection.connect({ address });
    stops.push(() => connection.close());
    const temporal = new Client({ connection, namespace });
    // Unique beyond this run: nothing is remembered of an order that is measured.
    const prefix = `${Date.now().toString(36)}-`;
    let made = 0;
    return {
      temporal,
      unwind: unwindSide(createReversalClient(temporal)),
      bare: bareSide(temporal),
      async orders(account, count) {
        const orderIds = Array.from({ length: count }, () => `${prefix}${++made}`);
        const request: SeedRequest = { account, orderIds, amount: AMOUNT };
        await gateway.helper.ask(request);
        return orderIds;
      },
      cpu: () => ({ server: cpuMs(server.pid), worker: cpuMs(worker.pid) }),
      async memory() {
        await worker.ask({});
        return { server: residentKib(server.pid), worker: residentKib(worker.pid) };
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
