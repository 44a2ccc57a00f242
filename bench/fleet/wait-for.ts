/** Waits for what many reversals come to, and tells how far they are. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Ten thousand take longer than any deadline in all that would still tell of a run that hangs. */
const STILL_FOR_MS = 5 * 60_000;
const TELL_EVERY_MS = 15_000;

/** @param missing what is still missing, in words; undefined when nothing is. Gives up aloud when that stays the same for long */
export async function waitFor(log: (line: string) => void, missing: () => Promise<string | undefined>): Promise<void> {
  let told = Date.now();
  let moved = { to: '', at: Date.now() };
  for (;;) {
    const what = await missing();
    if (what === undefined) return;
    if (what !== moved.to) moved = { to: what, at: Date.now() };
    if (Date.now() - moved.at > STILL_FOR_MS) return log(`${what}: giving up`);
    if (Date.now() - told > TELL_EVERY_MS) {
      told = Date.now();
      log(what);
    }
    await sleep(500);
  }
}
