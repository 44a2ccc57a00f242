/** The command line of the dev server. */
import { ATTRIBUTE_TYPES, SEARCH_ATTRIBUTES } from '../protocol/visibility.ts';

export interface TemporalFlags {
  readonly port: number;
  readonly uiPort: number | undefined;
  readonly namespace: string;
  readonly dbFile: string | undefined;
  readonly tuned: boolean;
  /** Further settings of the server, by their names in its dynamic configuration. */
  readonly settings?: Settings;
}

export type Settings = Readonly<Record<string, number | boolean>>;

/**
 * A history shard polls 20 times a second by default, and each of the nine hops of a reversal waits for the next poll.
 * Eager activities save a hop each. Both hold on any server; see the measured figures in docs.
 */
const TUNED: Settings = {
  'history.transferProcessorMaxPollRPS': 1000,
  'history.timerProcessorMaxPollRPS': 1000,
  'system.enableActivityEagerExecution': true,
  // The CLI turns it on for `search-attribute create`; it costs a read of the database a request.
  'system.forceSearchAttributesCacheRefreshOnRead': false,
  'matching.enableFairness': true,
};

/** Environment of a tuned server: fewer garbage collections for a little more memory. */
export const TUNED_ENV = { GOGC: '400' } as const;

/** @returns the arguments of `temporal` that start the dev server */
export function temporalFlags(options: TemporalFlags): string[] {
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', `${options.port}`, '--log-level', 'warn'];
  args.push('--namespace', options.namespace);
  if (options.uiPort === undefined) args.push('--headless');
  else args.push('--ui-port', `${options.uiPort}`, '--ui-disable-news-fetch');
  // Only a namespace that is created now gets these; `ensureNamespace` adds what an older database file lacks.
  for (const { name, type } of Object.values(SEARCH_ATTRIBUTES)) {
    args.push('--search-attribute', `${name}=${ATTRIBUTE_TYPES[type].flag}`);
  }
  if (options.dbFile !== undefined) args.push('--db-filename', options.dbFile);
  args.push(...settingFlags(options.settings ?? {}));
  if (!options.tuned) return args;
  if (options.dbFile !== undefined) {
    // NORMAL still survives the death of the process; only OFF does not.
    args.push('--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL');
  }
  args.push(...settingFlags(TUNED));
  return args;
}

const settingFlags = (settings: Settings) =>
  Object.entries(settings).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${value}`]);
