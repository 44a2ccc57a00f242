/** The ledger: what was asked, looked at, sent and answered for every order, beyond the run that did it. */
import type { TerminalKeyStore } from '../gateways/module.ts';
import type { OrderKey } from '../reversal/request.ts';
import { type AboutToSend, aboutToSend, type MaySend } from './about-to-send.ts';
import { actsOf } from './acts.ts';
import { type Answered, answered } from './answered.ts';
import { type Cipher, cipherOf } from './cipher.ts';
import { type Database, openEmbedded, openPostgres } from './database.ts';
import { keyFromFile } from './key-file.ts';
import { hasOpenActs, type OpenActs } from './open-acts.ts';
import { type OpenCase, openCase, type Remembered } from './open-case.ts';
import {
  events,
  type JournalEntry,
  journal,
  type ListOptions,
  list,
  reversal,
  type StoredEvent,
  type StoredReversal,
} from './read.ts';
import { type Recording, record } from './record.ts';
import type { StoredAct } from './stored-act.ts';
import { terminalKeyStore } from './terminal-keys.ts';

/** Values, not references: the configuration has resolved them. */
export interface LedgerConfig {
  /** PostgreSQL. Without it the ledger is embedded and lives in `dataDir`. */
  readonly url?: string;
  /** Of the embedded ledger. `./data` when left out. */
  readonly dataDir?: string;
  /** 32 bytes in base64 or hexadecimal, for terminal keys. `UNWIND_LEDGER_KEY`, or a file in `dataDir`, without it. */
  readonly encryptionKey?: string;
}

/** Every method throws when the database fails, and then nothing of it was written. See the verbs' own files. */
export interface Ledger {
  openCase(input: OpenCase): Promise<Remembered>;
  aboutToSend(act: AboutToSend): Promise<MaySend>;
  answered(input: Answered): Promise<void>;
  record(recording: Recording): Promise<boolean>;
  hasOpenActs(filter: OpenActs): Promise<boolean>;
  acts(order: OrderKey): Promise<StoredAct[]>;
  journal(order: OrderKey): Promise<JournalEntry[]>;
  reversal(order: OrderKey): Promise<StoredReversal | undefined>;
  list(options: ListOptions): Promise<StoredReversal[]>;
  events(after: number, limit: number): Promise<StoredEvent[]>;
  readonly terminalKeys: TerminalKeyStore;
  /** Lets running statements end. May be called more than once. */
  close(): Promise<void>;
}

export const DEFAULT_DATA_DIR = './data';

/**
 * Opens the ledger and brings its schema up to date.
 *
 * @throws when the database cannot be reached, another process owns the embedded one, or the key is not usable
 */
export async function openLedger(config: LedgerConfig = {}): Promise<Ledger> {
  const { url, dataDir = DEFAULT_DATA_DIR } = config;
  const given = config.encryptionKey ?? process.env.UNWIND_LEDGER_KEY;
  const givenCipher = given ? cipherOf(given) : undefined;
  const database = url === undefined ? await openEmbedded(dataDir) : await openPostgres(url);
  let cipher: Cipher | undefined;
  try {
    cipher = givenCipher ?? (url === undefined ? cipherOf(await keyFromFile(dataDir)) : undefined);
  } catch (error) {
    await database.close();
    throw error;
  }
  return ledgerOver(database, () => {
    if (cipher !== undefined) return cipher;
    throw new Error('Terminal keys in PostgreSQL need ledger.encryptionKey or UNWIND_LEDGER_KEY');
  });
}

/** The ledger over an open database, closed with it. `cipher` is asked for at the first terminal key. */
export function ledgerOver({ db, close }: Database, cipher: () => Cipher): Ledger {
  return {
    openCase: (input) => openCase(db, input),
    aboutToSend: (act) => aboutToSend(db, act),
    answered: (input) => answered(db, input),
    record: (recording) => record(db, recording),
    hasOpenActs: (filter) => hasOpenActs(db, filter),
    acts: (order) => actsOf(db, order),
    journal: (order) => journal(db, order),
    reversal: (order) => reversal(db, order),
    list: (options) => list(db, options),
    events: (after, limit) => events(db, after, limit),
    terminalKeys: terminalKeyStore(db, cipher),
    close,
  };
}
