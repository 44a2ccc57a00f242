/** What random incidents are made of, a catalogue a gateway. */
import type { StuckReason } from '../../reversal/outcome.ts';
import type { Operation, OrderEvent, OrderSeed } from '../../sandbox/index.ts';

/** What the order is when it begins, as far as payers and twists care. */
export type Kind = 'absent' | 'unpaid' | 'paid' | 'other';

/** A piece that can leave a reversal to people says for which reasons: any other one would be a defect. */
export interface Piece {
  readonly sticks?: readonly StuckReason[];
}

export interface Start extends Piece {
  readonly kind: Kind;
  readonly state: string;
  readonly flags?: OrderSeed['flags'];
  readonly createdMsAgo?: number;
  readonly paidMsAgo?: number;
  /** How often it is drawn; 1 when left out. */
  readonly weight?: number;
}

export interface Twist extends Piece {
  readonly kinds: readonly Kind[];
  readonly flags: NonNullable<OrderSeed['flags']>;
  readonly events?: readonly OrderEvent[];
}

export interface Trouble extends Piece {
  readonly name: string;
  readonly execute?: boolean;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}

/** Something that somebody else does to the order while it is reversed. */
export interface Meddling extends Piece {
  readonly kinds: readonly Kind[];
  readonly event: Pick<OrderEvent, 'name' | 'with'>;
}

export interface Catalogue {
  readonly starts: readonly Start[];
  readonly twists: readonly Twist[];
  /** Flags that every order gets: latencies of the sandbox, shortened like the rules. */
  readonly always?: NonNullable<OrderSeed['flags']>;
  readonly acts: readonly Operation[];
  readonly trouble: Readonly<Partial<Record<Operation, readonly Trouble[]>>>;
  /** What an act ends in that failed again and again: the tables allow it so many tries and no more. */
  readonly exhausted: Readonly<Partial<Record<Operation, readonly StuckReason[]>>>;
  readonly meddling: readonly Meddling[];
  /** By which event an order that is not there yet is paid. */
  readonly payAbsent: string;
  /** The longest after the attempt that an order of which no code was shown may still arrive. */
  readonly arrivesWithinMs: number;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Codes by name that all leave the same doubt, and stick for the same reasons. */
export function troubles(names: readonly string[], sticks?: readonly StuckReason[]): readonly Trouble[] {
  return names.map((name) => ({ name, ...(sticks && { sticks }) }));
}

/** An answer that says nothing, once with the call executed and once without. */
export function doubtful(names: readonly string[]): readonly Trouble[] {
  return names.flatMap((name) => [
    { name, execute: false },
    { name, execute: true },
  ]);
}
