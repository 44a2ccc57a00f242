/** What one run of a reversal holds: the case, its journal, its recordings, and who waits for an answer. */
import { ApplicationFailure, allHandlersFinished, condition, workflowInfo } from '@temporalio/workflow';
import type { JournalEntry, OpenedCase } from '../activities/contract.ts';
import { joined, unfit } from '../reversal/asked.ts';
import type { Step } from '../reversal/decide.ts';
import type { Verdict } from '../reversal/outcome.ts';
import type { ReversalRequest } from '../reversal/request.ts';
import { type Reversal, told } from '../reversal/reversal.ts';
import { lasts, type ReversalState, stateOf, statusOf, verdictOf } from '../reversal/status.ts';
import { checkRequestLocally, record, refusalOf } from './activities.ts';
import { Display } from './display.ts';
import { NOT_OPEN } from './messages.ts';
import { plain } from './validate.ts';

/** Shorter waits change nothing that people would see in a list. */
const WORTH_SHOWING_MS = 5000;
/** The journal is written at the latest when it has grown to this. */
const MAX_UNWRITTEN = 100;

export class Desk {
  readonly #display = new Display();
  /** Undefined until the case was opened. */
  case: Reversal | undefined;
  step: Step | undefined;
  runId = '';
  rateLimited = false;
  /** Until when a look that the server repeats may take: nothing is decided before that. */
  lookingUntil = 0;
  /** The input cannot be used: everybody who waits is told. */
  failure: ApplicationFailure | undefined;
  /** Changes that messages ask for; the loop applies them, at its own time, before it decides. */
  #asked: ((reversal: Reversal, now: number) => Reversal)[] = [];
  /** Requests that joined by signal, and are not checked yet. */
  #joins: unknown[] = [];
  #asks = 0;
  #applied = 0;
  #now = Date.now();
  #journal: JournalEntry[] = [];
  #entries: number;
  /** The ledger has, or is being told, the answers to the acts up to this number. */
  #saidUpTo = 0;
  #recording: Promise<void> = Promise.resolve();

  constructor(entries = 0) {
    this.#entries = entries;
  }

  /** How many journal entries were made: the next run goes on from here. */
  get entries(): number {
    return this.#entries;
  }

  open(opened: OpenedCase, reversal: Reversal, carriedOver: boolean): void {
    this.case = reversal;
    this.runId = opened.runId;
    this.#saidUpTo = reversal.acts.at(-1)?.seq ?? 0;
    this.rateLimited = opened.rateLimited;
    this.#display.runbook = opened.runbook;
    if (carriedOver) return;
    this.#display.open(reversal);
    this.note('opened', { request: opened.request, remembered: opened.memory !== undefined });
  }

  /** Resolves when messages can be handled; throws what is wrong with the request that started this. */
  async opened(): Promise<void> {
    await condition(() => this.case !== undefined || this.failure !== undefined);
    if (this.failure !== undefined) throw this.failure;
  }

  get reversal(): Reversal {
    if (this.case === undefined) throw ApplicationFailure.retryable(NOT_OPEN, 'NotOpen');
    return this.case;
  }

  /**
   * The time of every decision. Not `Date.now()`: that is one value while a local activity's result is first handled
   * and may be another one when its marker is replayed, as soon as the server took the result in a task of its own.
   */
  get now(): number {
    return this.#now;
  }

  /** After an event of the history: a timer, a regular activity, a message. */
  tick(): void {
    this.#now = Math.max(this.#now, Date.now());
  }

  /** After a local activity, which says itself how long it took. */
  took(ms: number): void {
    this.#now += ms;
  }

  /** A message asks for a change; whatever waits is woken. Returns the number to wait for with `applied`. */
  change(next: (reversal: Reversal, now: number) => Reversal): number {
    this.#asked.push(next);
    this.#asks += 1;
    return this.#asks;
  }

  get hasMessages(): boolean {
    return this.#asked.length > 0 || this.hasJoins;
  }

  get hasJoins(): boolean {
    return this.#joins.length > 0;
  }

  joinLater(request: unknown): void {
    this.#joins.push(request);
  }

  /** Checks what joined without waiting for an answer; what is wrong with it can only be told by the journal. */
  async readJoins(): Promise<void> {
    for (; this.hasJoins; this.#joins.shift()) {
      try {
        this.join(await checkRequestLocally(this.#joins[0]));
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === undefined) throw error;
        this.change((reversal) => {
          this.note('operator', { message: 'join', refused: refusal.message });
          return reversal;
        });
      }
    }
  }

  applyMessages(): void {
    for (const next of this.#asked) this.case = next(this.reversal, this.now);
    this.#asked = [];
    // The handlers go on after the loop has decided with it: it does so before it waits for anything.
    this.#applied = this.#asks;
  }

  /** Whether the loop has decided with that change. */
  applied(ask: number): boolean {
    return this.#applied >= ask || this.failure !== undefined;
  }

  note(kind: JournalEntry['kind'], body: unknown): void {
    const at = this.now;
    this.#entries += 1;
    this.#journal.push({ key: `${at}-${this.#entries}-${kind}`, at, kind, body });
  }

  join(request: ReversalRequest): number {
    const why = unfit(this.reversal.request, request);
    if (why !== undefined) throw plain(ApplicationFailure.nonRetryable(why.message, why.type));
    return this.change((reversal, now) => {
      this.note('operator', { joined: request });
      return joined(reversal, request, now);
    });
  }

  /** Shows what comes next to callers, to the Web UI and, when it lasts, to the list and the ledger. */
  announce(step: Step): void {
    const { now } = this;
    this.step = step;
    const verdict = verdictOf(this.reversal, step, now);
    const tells = verdict !== undefined && verdict !== this.reversal.told;
    if (tells) {
      // Somebody may act on it from now on, whether it was asked for or read in the list.
      this.case = told(this.reversal, this.#tellable(verdict, step));
      this.note('told', { verdict });
    }
    const lasting =
      step.kind === 'park' || step.kind === 'settle' || (lasts(step) && step.until - now > WORTH_SHOWING_MS);
    // A verdict must outlive this run, however short the wait is that follows it.
    if (!lasting && !tells) return;
    const changed = this.#display.show(this.reversal, step, now);
    if (step.kind === 'settle') return;
    if (changed) this.note('decision', step);
    // Looks that show nothing new can wait; what people did, and why they are asked again, is wanted at once.
    const urgent = this.#journal.some(({ kind }) => kind === 'operator' || (kind === 'act' && step.kind === 'park'));
    if (changed || tells || urgent || this.#journal.length >= MAX_UNWRITTEN) this.flush(step);
  }

  #tellable(verdict: Verdict, step: Step): Verdict {
    const outcome = step.kind === 'settle' && step.outcome.kind === 'final' ? step.outcome : undefined;
    return outcome?.resolution?.finalAction === 'kept' ? 'kept' : verdict;
  }

  /** Writes the journal and the order's row, after what was written before; the loop does not wait for it. */
  flush(step: Step): void {
    const { request, told: verdict, sawPaid, latePayment, acts } = this.reversal;
    const unsaid = acts.filter(({ seq, answer }) => seq > this.#saidUpTo && answer !== undefined);
    const { provider, account, orderId, amount, currency } = request;
    const outcome = step.kind === 'settle' ? step.outcome : undefined;
    const input = {
      order: { provider, account, orderId },
      amount,
      currency,
      workflowId: workflowInfo().workflowId,
      at: this.now,
      state: {
        status: statusOf(this.reversal, step),
        ...(outcome !== undefined && { outcome }),
        ...(outcome?.kind === 'final' && { finalAction: outcome.action }),
        ...(step.kind === 'park' && { stuckReason: step.reason }),
        ...(verdict !== undefined && { told: verdict }),
        sawPaid,
        latePayment,
        acts: unsaid,
      },
      entries: this.#journal,
    };
    this.#journal = [];
    this.#saidUpTo = unsaid.at(-1)?.seq ?? this.#saidUpTo;
    this.#recording = this.#recording.then(() => record(input));
  }

  /**
   * Writes the end down, and answers everybody who still waits. False when a message came meanwhile that wants another
   * look: a payment that was observed, a stronger intent that joined.
   */
  async close(step: Step): Promise<boolean> {
    for (;;) {
      this.flush(step);
      await this.recorded();
      this.tick();
      // A handler that is still reading its message may yet ask for a change, and waits until it is applied.
      await condition(() => this.hasMessages || allHandlersFinished());
      if (!this.hasMessages) return true;
      if (this.hasJoins) await this.readJoins();
      this.applyMessages();
      if (this.reversal.lookWanted) return false;
    }
  }

  /** Everything that happened is in the ledger. */
  recorded(): Promise<void> {
    return this.#recording;
  }

  state(): ReversalState {
    if (this.step === undefined) throw ApplicationFailure.retryable(NOT_OPEN, 'NotOpen');
    // What joined is in force, and nothing is decided with it yet: no verdict may be told that it may overturn.
    const step: Step = this.hasJoins ? { kind: 'look', what: 'order', until: this.now } : this.step;
    return stateOf(this.reversal, step, this.now);
  }

  /** A caller who waits until `answerBy` is answered: a verdict is there, or none can come in time. */
  answerable(answerBy: number | undefined): boolean {
    if (this.failure !== undefined) return true;
    // What joined is read within this workflow task: whoever waits for a verdict gets the one after it.
    if (this.case === undefined || this.step === undefined || this.hasJoins) return false;
    const { now, step } = this;
    if (step.kind === 'settle') return true;
    const pause = Math.max(lasts(step) ? step.until : 0, this.lookingUntil);
    if (answerBy !== undefined && (now >= answerBy || pause > answerBy)) return true;
    if (this.case.lookWanted) return false;
    return step.kind === 'park' || verdictOf(this.case, step, now) !== undefined;
  }

  handlersFinished(): Promise<void> {
    return condition(allHandlersFinished);
  }
}
