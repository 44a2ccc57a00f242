/** Where the ledger is. Values, not references: the configuration has resolved them. */
export interface LedgerConfig {
  /** PostgreSQL. Without it the ledger is embedded and lives in `dataDir`. */
  readonly url?: string;
  /** Of the embedded ledger. `./data` when left out. */
  readonly dataDir?: string;
  /** 32 bytes in base64 or hexadecimal, for terminal keys. `UNWIND_LEDGER_KEY`, or a file in `dataDir`, without it. */
  readonly encryptionKey?: string;
}

export const DEFAULT_DATA_DIR = './data';
