/** What goes wrong on the wire, what may be said of it, and whether the gateway has executed the call. */
import type { UnknownKind } from '../../src/reversal/order-view.ts';
import type { WireFault } from '../../src/sandbox/contract.ts';

/** Short, so that a suite of lost answers does not take minutes; long enough for a busy machine to get the request there. */
export const DEADLINE_MS = 1500;

export interface WireCase {
  readonly wire: WireFault;
  readonly delayMs?: number;
  /** `executed`: the gateway did what it was asked although we do not know. */
  readonly executed: boolean;
  /** What may be said; `normal` where the answer is whole after all. */
  readonly may: readonly (UnknownKind | 'normal')[];
}

const GARBLED: readonly UnknownKind[] = ['unreadable', 'forged', 'unsigned', 'http'];

export const WIRE_CASES: readonly WireCase[] = [
  { wire: 'refuse', executed: false, may: ['reset'] },
  { wire: 'dropBefore', delayMs: 50, executed: false, may: ['reset'] },
  { wire: 'dropBefore', delayMs: 3000, executed: false, may: ['timeout'] },
  { wire: 'resetBefore', executed: false, may: ['reset'] },
  { wire: 'resetAfter', executed: true, may: ['reset'] },
  { wire: 'silentAfter', executed: true, may: ['timeout'] },
  { wire: 'lateExecution', delayMs: 600, executed: true, may: ['timeout'] },
  { wire: 'delayAnswer', delayMs: 3000, executed: true, may: ['timeout'] },
  { wire: 'stall', executed: true, may: ['timeout'] },
  { wire: 'dribble', delayMs: 300, executed: true, may: ['timeout'] },
  { wire: 'http502', executed: false, may: ['http'] },
  { wire: 'http502After', executed: true, may: ['http'] },
  { wire: 'html200', executed: true, may: GARBLED },
  { wire: 'empty200', executed: true, may: GARBLED },
  { wire: 'truncated', executed: true, may: GARBLED },
  { wire: 'gzip', executed: true, may: [...GARBLED, 'normal'] },
  { wire: 'redirect', executed: false, may: ['http'] },
];
