/** The keys of Shouqianba terminals, encrypted: losing one means a new activation by hand. */
import type { Kysely } from 'kysely';
import type { TerminalKeyStore } from '../gateways/module.ts';
import type { Cipher } from './cipher.ts';
import type { Tables } from './schema.ts';

/** @param cipher called at the first use, so that a ledger without terminals needs no key */
export function terminalKeyStore(db: Kysely<Tables>, cipher: () => Cipher): TerminalKeyStore {
  return {
    async load(terminalSn) {
      const row = await db
        .selectFrom('terminal_keys')
        .selectAll()
        .where('terminal_sn', '=', terminalSn)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return {
        current: cipher().open(row.current, terminalSn),
        ...(row.previous !== null && { previous: cipher().open(row.previous, terminalSn) }),
        rotatedAt: row.rotated_at.getTime(),
      };
    },

    async replace(terminalSn, expected, next) {
      const row = {
        terminal_sn: terminalSn,
        current: cipher().seal(next.current, terminalSn),
        previous: next.previous === undefined ? null : cipher().seal(next.previous, terminalSn),
        rotated_at: new Date(next.rotatedAt),
      };
      if (expected === undefined) {
        const inserted = await db
          .insertInto('terminal_keys')
          .values(row)
          .onConflict((conflict) => conflict.column('terminal_sn').doNothing())
          .returning('terminal_sn')
          .execute();
        return inserted.length === 1;
      }
      // What is stored is sealed with a random nonce, so it is compared here, with the row locked meanwhile.
      return db.transaction().execute(async (tx) => {
        const stored = await tx
          .selectFrom('terminal_keys')
          .select('current')
          .where('terminal_sn', '=', terminalSn)
          .forUpdate()
          .executeTakeFirst();
        if (stored === undefined || cipher().open(stored.current, terminalSn) !== expected) return false;
        await tx.updateTable('terminal_keys').set(row).where('terminal_sn', '=', terminalSn).execute();
        return true;
      });
    },
  };
}
