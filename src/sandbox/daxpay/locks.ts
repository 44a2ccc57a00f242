import type { SandboxHost } from '../contract.ts';

export interface LockTerms {
  readonly key: string;
  readonly leaseMs: number;
  readonly waitMs: number;
}

export interface Locks {
  /** The release, or undefined when somebody else holds it. The lease is never renewed, as in the real server. */
  take(terms: LockTerms): Promise<(() => void) | undefined>;
  /** Whether it was free; held for the whole lease, since nothing ever releases it (C's repair lock). */
  takeForLease(key: string, leaseMs: number): boolean;
}

/**
 * Redis locks. A channel call that outlasts its lease lets a second caller in, and releasing late frees nobody
 * else's lock (real 4.2).
 */
export function createLocks(host: Pick<SandboxHost, 'now' | 'sleep'>): Locks {
  const held = new Map<string, { readonly until: number }>();

  function tryTake(key: string, leaseMs: number): (() => void) | undefined {
    const other = held.get(key);
    if (other !== undefined && other.until > host.now()) return undefined;
    const mine = { until: host.now() + leaseMs };
    held.set(key, mine);
    return () => {
      if (held.get(key) === mine) held.delete(key);
    };
  }

  return {
    async take({ key, leaseMs, waitMs }) {
      const free = tryTake(key, leaseMs);
      if (free !== undefined) return free;
      await host.sleep(waitMs);
      return tryTake(key, leaseMs);
    },
    takeForLease: (key, leaseMs) => tryTake(key, leaseMs) !== undefined,
  };
}
