import type { LogEntry } from './contract.ts';

/** An entry while its request is being served: what is not known at arrival is filled in as it happens. */
export type OpenEntry = { -readonly [Key in keyof LogEntry]: LogEntry[Key] };

export interface RequestLog {
  /** Writes the entry down at once, so that a request that is never answered stands in the log too. */
  open(entry: OpenEntry): OpenEntry;
  list(filter?: { system?: string; orderId?: string }): readonly LogEntry[];
}

/** Every request that a system of the sandbox read, in order of arrival. */
export function createRequestLog(): RequestLog {
  const entries: OpenEntry[] = [];
  return {
    open(entry) {
      entries.push(entry);
      return entry;
    },
    list: (filter = {}) =>
      entries
        .filter(
          (entry) =>
            (filter.system === undefined || entry.system === filter.system) &&
            (filter.orderId === undefined || entry.orderId === filter.orderId),
        )
        .map((entry) => ({ ...entry })),
  };
}
