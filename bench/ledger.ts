/** The ledger over a database that the bare side writes to as well: one owner process, one database. */
import { aboutToSend } from '../src/ledger/about-to-send.ts';
import { actsOf } from '../src/ledger/acts.ts';
import { answered } from '../src/ledger/answered.ts';
import type { Database } from '../src/ledger/database.ts';
import type { Ledger } from '../src/ledger/index.ts';
import { openCase } from '../src/ledger/open-case.ts';
import { events, journal, list, reversal } from '../src/ledger/read.ts';
import { record } from '../src/ledger/record.ts';
import { terminalKeyStore } from '../src/ledger/terminal-keys.ts';

export function ledgerOver({ db, close }: Database): Ledger {
  return {
    openCase: (input) => openCase(db, input),
    aboutToSend: (act) => aboutToSend(db, act),
    answered: (input) => answered(db, input),
    record: (recording) => record(db, recording),
    acts: (order) => actsOf(db, order),
    journal: (order) => journal(db, order),
    reversal: (order) => reversal(db, order),
    list: (options) => list(db, options),
    events: (after, limit) => events(db, after, limit),
    terminalKeys: terminalKeyStore(db, () => {
      throw new Error('no terminal is measured');
    }),
    close,
  };
}
