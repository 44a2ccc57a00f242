/** Whether a history was reset. Nothing but its randomness, which each Reset changes, tells it the same way at every replay. */
import { patched } from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';

/** Of the SDK's inside (1.24): what it draws random numbers from, and replaces where a history was reset. */
const randomness = () => getActivator().randomnessSeed;
const RESETS_ARE_SEEN = 'resets-are-seen';

export class Resets {
  #known = randomness();

  /** Something was reset that nobody has begun anew; also under a release that goes on as if it had not been. */
  get isPending(): boolean {
    return this.#known !== randomness();
  }

  /** This history was reset since ledger and order were read: what it decided then may be long past. */
  get wasReset(): boolean {
    if (!this.isPending) return false;
    if (patched(RESETS_ARE_SEEN)) return true;
    // Reset under 7d0153f: it goes on as it did then.
    this.begunAnew();
    return false;
  }

  begunAnew(): void {
    this.#known = randomness();
  }
}
