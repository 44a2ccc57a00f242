/** The ledger of the configuration, for reading. */
import type { LedgerConfig, LedgerReader } from '../ledger/index.ts';
import { CommandFailed, messageOf } from './errors.ts';

/** Opens it, asks, and closes it again. */
export async function withLedger<T>(config: LedgerConfig, ask: (ledger: LedgerReader) => Promise<T>): Promise<T> {
  const { openLedgerReader } = await import('../ledger/index.ts');
  const ledger = await openLedgerReader(config).catch((error: unknown) => {
    throw new CommandFailed(`The ledger cannot be read: ${messageOf(error)}`);
  });
  try {
    return await ask(ledger);
  } finally {
    await ledger.close();
  }
}
