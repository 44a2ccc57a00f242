export type { AboutToSend, MaySend } from './about-to-send.ts';
export type { Answered } from './answered.ts';
export { DEFAULT_DATA_DIR, type Ledger, type LedgerConfig, openLedger } from './ledger.ts';
export type { OpenCase, Remembered } from './open-case.ts';
export type { JournalEntry, ListOptions, StoredEvent, StoredReversal } from './read.ts';
export type { JournalKind, NewEntry, NewEvent, Recording, RowState } from './record.ts';
export type { StoredAct } from './stored-act.ts';
