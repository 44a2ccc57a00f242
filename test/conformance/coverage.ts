/** Counts what was really checked, and prints one line a gateway at the end of a file. */
import { afterAll } from 'vitest';

/** A counter whose lines go to stderr when the file's tests are over. */
export function countingFor(what: string): (gateway: string, kind: string, id: string) => void {
  const seen = new Map<string, Map<string, Set<string>>>();
  afterAll(() => {
    for (const [gateway, kinds] of seen) {
      const figures = [...kinds].map(([kind, ids]) => `${ids.size} ${kind}`).join(', ');
      process.stderr.write(`${what} ${gateway}: ${figures}\n`);
    }
  });
  return (gateway, kind, id) => {
    const kinds = seen.get(gateway) ?? new Map<string, Set<string>>();
    seen.set(gateway, kinds);
    const ids = kinds.get(kind) ?? new Set<string>();
    kinds.set(kind, ids);
    ids.add(id);
  };
}
