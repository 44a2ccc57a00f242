/** The ledger for a process that lives long: opened at the first question, and again when that failed. */
import { resolve } from 'node:path';
import { askOwner } from '../ledger/ask-owner.ts';
import { DEFAULT_DATA_DIR } from '../ledger/config.ts';
import { type LedgerConfig, type LedgerReader, openLedgerReader } from '../ledger/index.ts';
import { Problem } from './problems.ts';

export interface LedgerSource {
  /**
   * @throws Problem `ledger-unavailable`, which says nothing about any order
   * @throws Problem `invalid-request` when the limit or the cursor of a list cannot be used
   */
  ask<T>(question: (ledger: LedgerReader) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * The embedded ledger is only asked through the worker that owns it: opening its files here would keep the next worker
 * out.
 */
async function open(config: LedgerConfig): Promise<LedgerReader> {
  if (config.url !== undefined) return openLedgerReader(config);
  const owner = await askOwner(resolve(config.dataDir ?? DEFAULT_DATA_DIR));
  if (owner === undefined) throw new Error('No worker that owns the embedded ledger answers.');
  return owner;
}

/** @throws Problem for whatever goes wrong */
export async function toldAsProblem<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    // A limit or a cursor of a list.
    if (error instanceof RangeError) throw new Problem('invalid-request', error.message, {}, { cause: error });
    const detail = 'The ledger cannot be asked now. That says nothing about any order: ask again.';
    throw new Problem('ledger-unavailable', detail, { retryAfterSeconds: 5 }, { cause: error });
  }
}

export function ledgerSource(config: LedgerConfig): LedgerSource {
  let reader: Promise<LedgerReader> | undefined;
  const opened = (): Promise<LedgerReader> => {
    if (reader !== undefined) return reader;
    const opening = open(config);
    reader = opening;
    opening.catch(() => {
      if (reader === opening) reader = undefined; // told to who asked; the next one tries again
    });
    return opening;
  };
  return {
    ask: (question) => toldAsProblem(async () => question(await opened())),
    async close() {
      const last = await reader?.catch(() => undefined);
      await last?.close();
    },
  };
}
