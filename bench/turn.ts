/** One turn of one side: alone on the machine as far as this benchmark goes, on orders that nobody has touched. */
import type { Lab } from './lab.ts';
import type { AccountName } from './processes/contract.ts';
import type { Side } from './sides.ts';

export interface Turn {
  /** Milliseconds of each call until the verdict, one after the other. */
  readonly verdictMs: readonly number[];
  /** Milliseconds until the workflow had ended and the ledger held it, of the same calls. */
  readonly wholeMs: readonly number[];
  /** Whole reversals a second with `inFlight` of them at once. */
  readonly perSecond: number;
  /** CPU milliseconds a reversal of those, from the operating system. */
  readonly cpuMs: { readonly server: number; readonly worker: number };
}

export interface TurnSize {
  readonly single: number;
  readonly batch: number;
  readonly inFlight: number;
}

export async function takeTurn(lab: Lab, side: Side, account: AccountName, size: TurnSize): Promise<Turn> {
  const { verdictMs, wholeMs } = await oneByOne(side, account, await lab.orders(account, size.single));
  const orders = await lab.orders(account, size.batch);
  const before = lab.cpu();
  const began = performance.now();
  await atOnce(side, account, orders, size.inFlight);
  const seconds = (performance.now() - began) / 1000;
  const after = lab.cpu();
  return {
    verdictMs,
    wholeMs,
    perSecond: size.batch / seconds,
    cpuMs: {
      server: (after.server - before.server) / size.batch,
      worker: (after.worker - before.worker) / size.batch,
    },
  };
}

async function oneByOne(side: Side, account: AccountName, orders: readonly string[]) {
  const verdictMs: number[] = [];
  const wholeMs: number[] = [];
  for (const orderId of orders) {
    const began = performance.now();
    const { ended } = await side.verdict(account, orderId);
    verdictMs.push(performance.now() - began);
    // What goes on after the verdict must not slow down the next call.
    await ended;
    wholeMs.push(performance.now() - began);
  }
  return { verdictMs, wholeMs };
}

async function atOnce(side: Side, account: AccountName, orders: readonly string[], inFlight: number): Promise<void> {
  const queue = orders.values();
  const lane = async () => {
    for (const orderId of queue) await side.whole(account, orderId);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}
