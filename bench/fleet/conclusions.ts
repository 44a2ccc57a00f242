/** Every order's end against the gateway's money, the ledger and the gateway's log. */
import { z } from 'zod';
import { type Ledger, readAll } from '../../src/ledger/index.ts';
import { FINAL_ACTIONS, type FinalAction } from '../../src/reversal/outcome.ts';
import type { OrderTruth } from '../../src/sandbox/index.ts';
import { agrees, blindActs } from '../../src/stand/agreement.ts';
import type { Counts, Lifetime } from './census.ts';
import type { LoggedCall } from './sandbox.ts';

export interface Conclusions {
  readonly finalActions: Counts;
  /** Ended, and the gateway's money says otherwise. */
  readonly wrong: readonly string[];
  /** No workflow, or one that ended without a final action; or a run that failed, whatever came after it. */
  readonly lost: readonly string[];
  /** Ended with a person's word that no look could refute, recorded as such: wrong, and that is the person's. */
  readonly onWordAlone: readonly string[];
  readonly stillOpen: number;
  /** The ledger has another final action than the workflow, or none. */
  readonly ledgerDiffers: readonly string[];
  /** Acts without a look right before them, by the gateway's log and by the journal. */
  readonly blindActs: readonly string[];
  /** Acts that followed a look which never reached the gateway, where its table says "cancel anyway". */
  readonly actsAfterUnreachable: number;
}

/** Ends that no run of a reversal may have: what is unknown is never failed. */
const FAILURES: ReadonlySet<string> = new Set(['FAILED', 'TIMED_OUT']);

const manual = z.object({
  resolution: z.object({
    finalAction: z.enum(FINAL_ACTIONS),
    unseen: z.boolean().optional(),
    /** What the look showed that was made for it. */
    shown: z.string().default('nothing'),
  }),
});

/** What a look shows that can neither bear out nor refute what a person says. */
const TELLS_NOTHING = /^(unknown|rejected|settling.*|faulty.*)$/;

export interface Evidence {
  readonly provider: string;
  readonly account: string;
  readonly orderIds: readonly string[];
  readonly lifetimes: ReadonlyMap<string, Lifetime>;
  readonly truths: ReadonlyMap<string, OrderTruth>;
  readonly log: readonly LoggedCall[];
  readonly ledger: Ledger;
}

export async function conclude(evidence: Evidence): Promise<Conclusions> {
  const { provider, account, orderIds, lifetimes, truths, ledger } = evidence;
  const finalActions = new Map<string, number>();
  const wrong: string[] = [];
  const lost: string[] = [];
  const ledgerDiffers: string[] = [];
  const onWordAlone: string[] = [];
  let stillOpen = 0;
  for (const orderId of orderIds) {
    const [lifetime, truth] = [lifetimes.get(orderId), truths.get(orderId)];
    const action = finalActionOf(lifetime);
    const failed = lifetime?.earlier.filter((status) => FAILURES.has(status)) ?? [];
    lost.push(...failed.map((status) => `${orderId}: an earlier run is ${status}`));
    if (lifetime?.status === 'RUNNING') {
      stillOpen += 1;
    } else if (action === undefined || truth === undefined) {
      lost.push(`${orderId}: ${lifetime?.status ?? 'no workflow'}`);
    } else {
      finalActions.set(action, (finalActions.get(action) ?? 0) + 1);
      const stored = await ledger.reversal({ provider, account, orderId });
      const said = action === 'manual' ? resolutionOf(stored?.detail) : undefined;
      const meant = action === 'manual' ? said?.finalAction : action;
      if (meant === undefined || !agrees(meant, truth)) {
        const by = said === undefined ? '' : `, ${meant} (beside ${said.shown}${said.unseen ? ', unseen' : ''})`;
        const amiss = `${orderId}: ${action}${by}, taken ${truth.taken}, returned ${truth.returned}`;
        // Open 1.0's timer closes whatever the channel holds: beside an end of any other kind such a word is refused.
        const isUnasked = account === 'daxpay-f' && said?.shown === 'closed';
        const noLookTells = said?.unseen === true && (isUnasked || TELLS_NOTHING.test(said.shown));
        (noLookTells ? onWordAlone : wrong).push(amiss);
      }
      if (stored?.finalAction !== action) ledgerDiffers.push(`${orderId}: ${action}, in the ledger ${stored?.status}`);
    }
  }
  return {
    finalActions: Object.fromEntries(finalActions),
    wrong,
    lost,
    stillOpen,
    ledgerDiffers,
    onWordAlone,
    ...(await lookedBefore(evidence)),
  };
}

/** The gateway's log has no look that it never read, but the journal tells every look, and what it came to. */
async function lookedBefore(evidence: Evidence): Promise<Pick<Conclusions, 'blindActs' | 'actsAfterUnreachable'>> {
  const { provider, account, log, ledger } = evidence;
  const blind: string[] = [];
  const suspects = blindActs(log);
  for (const { orderId = '', operation, at } of suspects) {
    const journal = await readAll(ledger.journal, { provider, account, orderId });
    const kinds = journal.flatMap(({ kind }) => (kind === 'look' || kind === 'act' ? [kind] : []));
    if (kinds.some((kind, index) => kind === 'act' && kinds[index - 1] !== 'look')) {
      blind.push(`${orderId}: a blind ${operation} at ${new Date(at).toISOString()}`);
    }
  }
  return { blindActs: blind, actsAfterUnreachable: suspects.length - blind.length };
}

/** What a person said, of a recorded `manual` end. */
function resolutionOf(detail: unknown) {
  return manual.safeParse(detail).data?.resolution;
}

function finalActionOf(lifetime: Lifetime | undefined): FinalAction | undefined {
  if (lifetime?.status !== 'COMPLETED') return undefined;
  return FINAL_ACTIONS.find((action) => action === lifetime.finalAction);
}
