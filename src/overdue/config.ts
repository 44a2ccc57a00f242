/** Where overdue orders are read. Values, not references: the configuration has resolved them. */
export interface OverdueConfig {
  /** PostgreSQL, by a role that may only read. */
  readonly url: string;
  /** Its name, with its schema where it needs one. */
  readonly view: string;
  /** Milliseconds from one sweep to the next. */
  readonly every: number;
  /** Reversals started per second, never exceeded by one sweep. */
  readonly ratePerSecond: number;
}
