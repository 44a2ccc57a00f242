/** The columns that the view owes, and their types: the contract of `docs/overdue-orders.md`. */
import pg from 'pg';

/** The view itself cannot be used, whatever its rows are. Trying again does not help. */
export class UnusableViewError extends Error {
  constructor(view: string, why: string, cause?: unknown) {
    super(`The view ${view} cannot be used: ${why}`, { cause });
    this.name = 'UnusableViewError';
  }
}

const { TEXT, VARCHAR, BPCHAR, INT2, INT4, INT8, TIMESTAMPTZ } = pg.types.builtins;

interface Type {
  readonly oids: readonly number[];
  readonly words: string;
}

const text: Type = { oids: [TEXT, VARCHAR, BPCHAR], words: 'text' };
/** A fraction would mean that somebody counts in yuan. */
const whole: Type = { oids: [INT8, INT4, INT2], words: 'bigint or integer, in minor units' };
/** Without a zone nobody can tell which instant is meant. */
const instant: Type = { oids: [TIMESTAMPTZ], words: 'timestamptz' };

export const COLUMNS = {
  provider: text,
  account: text,
  order_id: text,
  amount: whole,
  currency: text,
  expired_at: instant,
  attempted_at: instant,
  method: text,
} as const satisfies Readonly<Record<string, Type>>;

/** @throws UnusableViewError that names every column of a wrong type */
export function requireTypes(view: string, fields: readonly Pick<pg.FieldDef, 'name' | 'dataTypeID'>[]): void {
  const found = new Map(fields.map(({ name, dataTypeID }) => [name, dataTypeID]));
  const wrong = Object.entries(COLUMNS).flatMap(([name, { oids, words }]) => {
    const oid = found.get(name);
    return oid !== undefined && oids.includes(oid) ? [] : [`${name} must be ${words}`];
  });
  if (wrong.length > 0) throw new UnusableViewError(view, wrong.join('; '));
}
