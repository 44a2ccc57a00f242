/** The keys of one terminal in this process: read from the store before each call, written to it before use (1.4). */
import { setTimeout as sleep } from 'node:timers/promises';
import { inTime } from '../../lib/deadline.ts';
import type { UnknownKind } from '../../reversal/order-view.ts';
import type { GatewayDeps, TerminalKeyStore, TerminalKeys } from '../module.ts';

/** A key that the gateway gave. */
export interface FreshKey {
  readonly key: string;
  /** The key that its check-in was signed with, which the gateway still knows; none at an activation. */
  readonly signedWith?: string;
  /** The current key of the store before. */
  readonly instead: string | undefined;
}

/** Neither the store nor the configuration has a key of this terminal. */
export class NoTerminalKey extends Error {
  constructor(terminalSn: string) {
    super(
      `no key of terminal ${terminalSn}: the ledger has none, and the configuration names no terminalKey. ` +
        '`unwind terminal activate` gets one.',
    );
    this.name = 'NoTerminalKey';
  }
}

/** How a rotation or recovery ended. */
export type Rotation =
  /** Another process had stored another key since. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'rotated' }
  /** The gateway refuses; people are needed. */
  | { readonly kind: 'refused'; readonly code: string }
  /** No answer, or the store is down: to be tried again later. */
  | { readonly kind: 'failed'; readonly why: UnknownKind; readonly detail: string };

export interface KeyRing {
  /** For signing. While the store is down or slow: what this process saw last; throws when it saw nothing. */
  current(): Promise<TerminalKeys>;
  /** From the store; throws when it cannot be reached. The initial key when the store has none, or NoTerminalKey. */
  stored(): Promise<TerminalKeys>;
  /** Stores a fresh key. False when the store fails: the key is kept in memory for `saveAgain`. */
  save(fresh: FreshKey): Promise<boolean>;
  /** Stores a key that could not be stored before; undefined when there is none. */
  saveAgain(): Promise<boolean | undefined>;
  /** Starts a rotation unless one for this terminal is under way in this process: then that one's result. */
  single(start: () => Promise<Rotation>): Promise<Rotation>;
}

interface Memory {
  seen?: TerminalKeys;
  unsaved?: FreshKey | undefined;
  running?: Promise<Rotation> | undefined;
}

/** One memory a terminal and store, however often the account is opened. */
const memories = new WeakMap<TerminalKeyStore, Map<string, Memory>>();

function memoryOf(store: TerminalKeyStore, terminalSn: string): Memory {
  const terminals = memories.get(store) ?? new Map<string, Memory>();
  memories.set(store, terminals);
  const memory = terminals.get(terminalSn) ?? {};
  terminals.set(terminalSn, memory);
  return memory;
}

const SAVE_PAUSES_MS = [0, 100, 400];
/** An act follows its look at once: it does not wait longer for a key that this process has seen. */
const PATIENCE_MS = 250;

/**
 * Compare-and-set of a fresh key. When another process stored a key meanwhile, theirs and ours are the gateway's last
 * two: ours goes in front and theirs behind it, so that neither is lost.
 */
async function trySave(terminalSn: string, { key, signedWith, instead }: FreshKey, deps: KeyDeps) {
  const store = deps.terminalKeys;
  const old = await store.load(terminalSn);
  if (old?.current === key) return old;
  const previous = old === undefined || old.current === instead ? signedWith : old.current;
  const next = { current: key, rotatedAt: deps.now(), ...(previous ? { previous } : {}) };
  return (await store.replace(terminalSn, old?.current, next)) ? next : undefined;
}

type KeyDeps = Pick<GatewayDeps, 'terminalKeys' | 'now'>;

/**
 * @param initial the key to start with when the store has none; undefined when the configuration has none either
 */
export function keyRing(terminalSn: string, initial: string | undefined, deps: KeyDeps): KeyRing {
  const memory = memoryOf(deps.terminalKeys, terminalSn);

  async function stored(): Promise<TerminalKeys> {
    const first = initial === undefined ? undefined : { current: initial, rotatedAt: 0 };
    const keys = (await deps.terminalKeys.load(terminalSn)) ?? first;
    if (keys === undefined) throw new NoTerminalKey(terminalSn);
    memory.seen = keys;
    return keys;
  }

  async function save(fresh: FreshKey): Promise<boolean> {
    memory.unsaved = fresh;
    for (const pause of SAVE_PAUSES_MS) {
      await sleep(pause);
      const saved = await trySave(terminalSn, fresh, deps).catch(() => undefined);
      if (saved === undefined) continue;
      memory.seen = saved;
      memory.unsaved = undefined;
      return true;
    }
    return false;
  }

  return {
    stored,
    save,
    async current() {
      try {
        return await (memory.seen === undefined ? stored() : inTime(stored(), PATIENCE_MS));
      } catch (error) {
        if (memory.seen === undefined) throw error;
        return memory.seen;
      }
    },
    async saveAgain() {
      return memory.unsaved === undefined ? undefined : save(memory.unsaved);
    },
    single(start) {
      memory.running ??= start().finally(() => {
        memory.running = undefined;
      });
      return memory.running;
    },
  };
}
