/** The ledger: whether it can be opened, and by whom it is held. Nothing is created where there is none yet. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_DATA_DIR, type Ledger, type LedgerConfig, openLedger } from '../../ledger/index.ts';
import { messageOf } from '../errors.ts';
import { type Check, fail, ok, warn } from './check.ts';

export interface CheckedLedger {
  readonly checks: readonly Check[];
  /** Open, when it could be opened here; the caller closes it. */
  readonly ledger?: Ledger;
  /** Holds nothing yet: no terminal key was ever renewed. */
  readonly isNew: boolean;
}

export async function checkLedger(config: LedgerConfig): Promise<CheckedLedger> {
  const { url, dataDir = DEFAULT_DATA_DIR } = config;
  const name = 'ledger';
  if (url === undefined && !existsSync(join(dataDir, 'ledger'))) {
    return { checks: [ok(name, `embedded; the first worker makes it in ${dataDir}`)], isNew: true };
  }
  try {
    const ledger = await openLedger(config);
    const where = url === undefined ? `embedded, in ${dataDir}` : 'PostgreSQL';
    const key = await ledger.terminalKeys.load('unwind-doctor').then(
      () => [],
      (error) => [warn(`${name} key`, messageOf(error))],
    );
    return { checks: [ok(name, where), ...key], ledger, isNew: false };
  } catch (error) {
    const problem = messageOf(error);
    // That is how it should be while a worker runs on this machine.
    const held = problem.includes('is in use by');
    return { checks: [held ? ok(name, problem.split('. ')[0] ?? problem) : fail(name, problem)], isNew: false };
  }
}
