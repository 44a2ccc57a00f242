/** Waits for what many reversals come to, and tells how far they are. */
import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE_MS = 20 * 60_000;
const TELL_EVERY_MS = 15_000;

/** @param missing what is still missing, in words; undefined when nothing is. Gives up aloud at the deadline */
export async function waitFor(log: (line: string) => void, missing: () => Promise<string | undefined>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  let told = Date.now();
  for (;;) {
    const what = await missing();
    if (what === undefined) return;
    if (Date.now() > deadline) return log(`${what}: giving up`);
    if (Date.now() - told > TELL_EVERY_MS) {
      told = Date.now();
      log(what);
    }
    await sleep(500);
  }
}
