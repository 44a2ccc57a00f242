/** Every cell of every decision table of the specifications, played on the pure `decide`. */
import { describe, expect, it } from 'vitest';
import { alipay82, alipay83, alipay84, alipayClose, alipayRefund } from './cells/alipay.ts';
import { daxpay83, daxpayRefund } from './cells/daxpay-after.ts';
import { daxpay82, daxpay84 } from './cells/daxpay-first.ts';
import { type Case, play } from './cells/play.ts';
import { shouqianba8B, shouqianbaElsewhere, shouqianbaUnsent } from './cells/shouqianba-after.ts';
import { shouqianba8A } from './cells/shouqianba-before.ts';
import { shouqianba8C } from './cells/shouqianba-refund.ts';
import { BLANK, type SpecTable, type Variant } from './cells/table.ts';
import { requestFor } from './cells/words.ts';
import { countingFor } from './coverage.ts';

const TABLES: readonly SpecTable[] = [
  alipay82,
  alipay83,
  alipayRefund,
  alipay84,
  alipayClose,
  shouqianba8A,
  shouqianba8B,
  shouqianbaElsewhere,
  shouqianbaUnsent,
  shouqianba8C,
  daxpay82,
  daxpay83,
  daxpayRefund,
  daxpay84,
];

const count = countingFor('conformance tables');

const label = (c: Case, n: number) => `${n + 1}${c.when === undefined ? '' : `: ${c.when}`}`;

function check(variant: Variant, written: Case): void {
  const c = variant.alter?.(written) ?? written;
  const played = play(variant.rules, requestFor(variant.rules.provider), c);
  const way = `${played.trace} → ${played.end} after ${played.took} ms`;
  expect(played.end, way).toBe(c.endIn?.[variant.name] ?? c.end);
  expect(played.unused, `acts of the script that were not sent: ${way}`).toBe(0);
  if (c.atLeast !== undefined) expect(played.took, way).toBeGreaterThanOrEqual(c.atLeast);
  if (c.atMost !== undefined) expect(played.took, way).toBeLessThanOrEqual(c.atMost);
  if (c.way !== undefined) expect(played.trace).toMatch(c.way);
  if (played.outcome !== undefined) expect(played.outcome.contradiction ?? false, way).toBe(c.contradiction ?? false);
}

for (const table of TABLES) {
  describe(table.name, () => {
    const cells = table.rows.flatMap((row) => table.columns.map((column) => `${row}|${column}`));

    it('has a case for every cell, and no cell that the specification does not have', () => {
      expect(Object.keys(table.cells).sort()).toEqual([...cells].sort());
      for (const id of cells) {
        const cell = table.cells[id];
        if (cell !== BLANK) expect(cell?.cases.length, id).toBeGreaterThan(0);
      }
    });

    for (const variant of table.variants) {
      for (const [id, cell] of Object.entries(table.cells)) {
        if (cell === BLANK) continue;
        const cases = cell.cases.filter((c) => c.only === undefined || c.only.includes(variant.name));
        for (const [n, c] of cases.entries()) {
          const test = c.known === undefined ? it : it.fails;
          test(`${variant.name} ${id} (${cell.says}) ${label(c, n)}`, () => {
            check(variant, c);
            count(variant.name, 'table cells', `${table.name} ${id}`);
            count(variant.name, 'cases', `${table.name} ${id} ${n}`);
          });
        }
      }
    }
  });
}
