/** The ledger: what was asked, looked at, sent and answered for every order, beyond the run that did it. */
import type { TerminalKeyStore } from '../gateways/module.ts';
import type { OrderKey } from '../reversal/request.ts';
import { type AboutToSend, aboutToSend, type MaySend } from './about-to-send.ts';
import { answerReaders } from './answer-readers.ts';
import { type Answered, answered } from './answered.ts';
import { type Cipher, cipherOf } from './cipher.ts';
import { DEFAULT_DATA_DIR, type LedgerConfig } from './config.ts';
import { type Database, openEmbedded, openPostgres } from './database.ts';
import { dueAgain, dueEvent, dueEvents, giveUpEvent, lateEvents, type TriedEvent, triedEvent } from './deliveries.ts';
import { keyFromFile } from './key-file.ts';
import { hasOpenActs, type OpenActs } from './open-acts.ts';
import { type OpenCase, openCase, type Remembered } from './open-case.ts';
import type { LedgerReader } from './questions.ts';
import { events, type StoredEvent } from './read.ts';
import { readerOver } from './reader.ts';
import { type Recording, record } from './record.ts';
import { terminalKeyStore } from './terminal-keys.ts';

/** Every method throws when the database fails, and then nothing of it was written. See the verbs' own files. */
export interface Ledger extends LedgerReader {
  openCase(input: OpenCase): Promise<Remembered>;
  aboutToSend(act: AboutToSend): Promise<MaySend>;
  answered(input: Answered): Promise<void>;
  record(recording: Recording): Promise<boolean>;
  hasOpenActs(filter: OpenActs): Promise<boolean>;
  events(after: number, limit: number): Promise<StoredEvent[]>;
  dueEvents(order: OrderKey, limit: number): Promise<StoredEvent[]>;
  dueEvent(id: number): Promise<StoredEvent | undefined>;
  lateEvents(before: number, after: number, limit: number): Promise<StoredEvent[]>;
  triedEvent(tried: TriedEvent): Promise<void>;
  giveUpEvent(id: number, at: number): Promise<string | undefined>;
  dueAgain(order: OrderKey): Promise<void>;
  readonly terminalKeys: TerminalKeyStore;
  /** Lets running statements end. May be called more than once. */
  close(): Promise<void>;
}

/**
 * Opens the ledger and brings its schema up to date. The owner of an embedded one answers other processes' questions.
 *
 * @throws when the database cannot be reached, another process owns the embedded one, or the key is not usable
 */
export async function openLedger(config: LedgerConfig = {}): Promise<Ledger> {
  const { url, dataDir = DEFAULT_DATA_DIR } = config;
  const given = config.encryptionKey ?? process.env.UNWIND_LEDGER_KEY;
  const givenCipher = given ? cipherOf(given) : undefined;
  const database = url === undefined ? await openEmbedded(dataDir, 'own') : await openPostgres(url, 'own');
  let cipher: Cipher | undefined;
  try {
    cipher = givenCipher ?? (url === undefined ? cipherOf(await keyFromFile(dataDir)) : undefined);
  } catch (error) {
    await database.close();
    throw error;
  }
  return ledgerOver(url === undefined ? await answering(database, dataDir) : database, () => {
    if (cipher !== undefined) return cipher;
    throw new Error('Terminal keys in PostgreSQL need ledger.encryptionKey or UNWIND_LEDGER_KEY');
  });
}

/** A worker whose ledger cannot be asked still does its work: it is said, and that is all. */
async function answering(database: Database, dataDir: string): Promise<Database> {
  const readers = await answerReaders(dataDir, readerOver(database)).catch((error: unknown) => {
    process.emitWarning(`\`unwind list\` and \`unwind show\` cannot ask this process for the ledger: ${error}`);
    return undefined;
  });
  return {
    db: database.db,
    async close() {
      await readers?.stop();
      await database.close();
    },
  };
}

/** The ledger over an open database, closed with it. `cipher` is asked for at the first terminal key. */
export function ledgerOver(database: Database, cipher: () => Cipher): Ledger {
  const { db } = database;
  return {
    ...readerOver(database),
    openCase: (input) => openCase(db, input),
    aboutToSend: (act) => aboutToSend(db, act),
    answered: (input) => answered(db, input),
    record: (recording) => record(db, recording),
    hasOpenActs: (filter) => hasOpenActs(db, filter),
    events: (after, limit) => events(db, after, limit),
    dueEvents: (order, limit) => dueEvents(db, order, limit),
    dueEvent: (id) => dueEvent(db, id),
    lateEvents: (before, after, limit) => lateEvents(db, before, after, limit),
    triedEvent: (tried) => triedEvent(db, tried),
    giveUpEvent: (id, at) => giveUpEvent(db, id, at),
    dueAgain: (order) => dueAgain(db, order),
    terminalKeys: terminalKeyStore(db, cipher),
  };
}
