/** A loop in memory ends with its process: no more calls, no conclusion, and nobody has a list of what was open. */
import { rngOf } from '../../src/demo/random/rng.ts';
import type { Gateway } from '../../src/gateways/gateway.ts';
import type { Case } from './case.ts';

export interface Process {
  /** Resolves when it dies; never, when it lives on. */
  readonly died: Promise<void>;
  /** The same gateway, for this process: what a dead one would have sent is not sent, and its callers never go on. */
  gateway(of: Gateway): Gateway;
}

const never = <T>() => new Promise<T>(() => {});

export const immortal: Process = { died: never(), gateway: (of) => of };

/** Dies `inMs` from now. A call in flight reaches the gateway; its answer is lost. */
export function dying(inMs: number): Process {
  let dead = false;
  const died = new Promise<void>((resolve) => {
    setTimeout(() => {
      dead = true;
      resolve();
    }, inMs);
  });
  const alive = <T>(call: () => Promise<T>): Promise<T> =>
    dead ? never<T>() : call().then((answer) => (dead ? never<T>() : answer));
  return {
    died,
    gateway: (of) => ({
      look: (...args) => alive(() => of.look(...args)),
      lookAtRefund: (...args) => alive(() => of.lookAtRefund(...args)),
      act: (...args) => alive(() => of.act(...args)),
      refund: (...args) => alive(() => of.refund(...args)),
      refundNo: (orderId) => of.refundNo(orderId),
    }),
  };
}

/** Loops last from the start to about a call after the deadline; a death comes at any moment of that, or not at all. */
export function processOf(seed: number, index: number, of: Pick<Case, 'deadline' | 'pace'>, percent: number): Process {
  const rng = rngOf(seed ^ 0x0dead, index);
  if (!rng.chance(percent)) return immortal;
  const loop = Math.max(of.deadline - Date.now(), of.pace.queryEvery * 5);
  return dying(rng.between(0, Math.round(loop + of.pace.lookTimeout)));
}
