/** What one run writes down: its journal, and the order's row; each record after the one before it. */
import { workflowInfo } from '@temporalio/workflow';
import type { JournalEntry, RecordedState, UnservedCase } from '../protocol/activities.ts';
import type { Step } from '../reversal/decide.ts';
import { handedOn, paceOf } from '../reversal/memory.ts';
import type { Outcome, Verdict } from '../reversal/outcome.ts';
import type { ReversalRequest } from '../reversal/request.ts';
import type { Reversal } from '../reversal/state.ts';
import { type Status, statusOf } from '../reversal/status.ts';
import { record } from './activities.ts';

const binds = (verdict: Verdict | undefined) => verdict !== undefined && verdict !== 'kept';

export class Recorder {
  #journal: JournalEntry[] = [];
  #entries = 0;
  /** The ledger has, or is being told, the answers to the acts up to this number. */
  #saidUpTo = 0;
  #recording: Promise<void> = Promise.resolve();
  #isBound = false;

  /** Goes on behind so many lines of the journal, and acts, that earlier runs made. */
  goOn(entries: number, acts: number): void {
    this.#entries = entries;
    this.#saidUpTo = acts;
  }

  /** The ledger knows of a verdict that forbids to keep the payment: no run can forget it. */
  get isBound(): boolean {
    return this.#isBound;
  }

  /** The ledger has that verdict. */
  bind(verdict: Verdict | undefined): void {
    this.#isBound ||= binds(verdict);
  }

  /** What is not written yet. */
  get journal(): readonly JournalEntry[] {
    return this.#journal;
  }

  note(kind: JournalEntry['kind'], body: unknown, at: number): void {
    this.#entries += 1;
    this.#journal.push({ key: `${at}-${this.#entries}-${kind}`, at, kind, body });
  }

  /** Everything that happened is in the ledger. */
  recorded(): Promise<void> {
    return this.#recording;
  }

  /**
   * Writes the journal and the order's row, after what was written before; the loop does not wait for it.
   *
   * @param isLast this run continues as new when that is written
   */
  flush(reversal: Reversal, step: Step, run: Run, isLast: boolean): void {
    const { request, told, sawPaid, latePayment, acts } = reversal;
    const unsaid = acts.filter(({ seq, answer }) => seq > this.#saidUpTo && answer !== undefined);
    const outcome = step.kind === 'settle' ? step.outcome : undefined;
    this.#saidUpTo = unsaid.at(-1)?.seq ?? this.#saidUpTo;
    const written = this.#write(request, run, {
      status: statusOf(reversal, step),
      ...(outcome !== undefined && { outcome }),
      ...(outcome?.kind === 'final' && { finalAction: outcome.action }),
      ...(step.kind === 'park' && { stuckReason: step.reason }),
      ...(told !== undefined && { told }),
      sawPaid,
      latePayment,
      acts: unsaid,
      ...(outcome === undefined && handedOn(reversal)),
      ...(isLast && { handover: { entries: this.#entries, pace: paceOf(reversal) } }),
    });
    // A branch of its own: one more link in the chain would change the order of commands in histories that are open.
    void written.then(
      () => this.bind(told),
      () => {},
    );
  }

  /** The same for a case that no worker has the account of. */
  flushUnserved(
    read: UnservedCase,
    reversal: Reversal | undefined,
    status: Status,
    at: number,
    outcome?: Outcome,
  ): void {
    const { request, memory, runId } = read;
    const { told, sawPaid = false, latePayment = false } = reversal ?? memory ?? {};
    const { carried } = reversal === undefined ? (memory ?? {}) : handedOn(reversal);
    void this.#write(
      request,
      { runId, at },
      {
        status,
        sawPaid,
        latePayment,
        acts: [],
        ...(told !== undefined && { told }),
        ...(outcome === undefined ? carried !== undefined && { carried } : { outcome }),
      },
    );
  }

  #write(request: ReversalRequest, { runId, at }: Run, state: RecordedState): Promise<void> {
    const { provider, account, orderId, amount, currency } = request;
    const order = { provider, account, orderId };
    const { workflowId } = workflowInfo();
    const input = { order, amount, currency, workflowId, at, runId, state, entries: this.#journal };
    this.#journal = [];
    this.#recording = this.#recording.then(() => record(input));
    return this.#recording;
  }
}

/** As which run, by the last reading of the ledger, and when by workflow time. */
interface Run {
  readonly runId: string;
  readonly at: number;
}
