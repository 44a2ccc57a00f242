/** What one run of a reversal holds, what of it is shown and told, and when. */
import { ApplicationFailure, allHandlersFinished, condition } from '@temporalio/workflow';
import type { JournalEntry, OpenedCase, UnservedCase } from '../protocol/activities.ts';
import { NOT_OPEN } from '../protocol/messages.ts';
import { joined, unfit } from '../reversal/asked.ts';
import type { Step } from '../reversal/decide.ts';
import { mustBeWritten, unseen } from '../reversal/memory.ts';
import type { Verdict } from '../reversal/outcome.ts';
import type { ReversalRequest } from '../reversal/request.ts';
import { told } from '../reversal/reversal.ts';
import { ruleOf } from '../reversal/rule.ts';
import type { Reversal } from '../reversal/state.ts';
import { lasts, type ReversalState, stateOf, verdictOf } from '../reversal/status.ts';
import { checkRequestLocally, refusalOf } from './activities.ts';
import { Callers } from './callers.ts';
import { Display } from './display.ts';
import { type Change, Inbox } from './inbox.ts';
import { Recorder } from './recorder.ts';
import { Resets } from './resets.ts';
import { plain } from './validate.ts';

/** Shorter waits change nothing that people would see in a list. */
const WORTH_SHOWING_MS = 5000;
/** The journal is written at the latest when it has grown to this. */
const MAX_UNWRITTEN = 100;

function unservedState({ request, memory }: UnservedCase): ReversalState {
  const { provider, account, orderId } = request;
  return { provider, account, orderId, status: 'unserved', acts: memory?.acts.at(-1)?.seq ?? 0 };
}

export class Desk {
  readonly #display = new Display();
  readonly #callers = new Callers();
  readonly #inbox = new Inbox();
  readonly #recorder = new Recorder();
  readonly #resets = new Resets();
  /** Undefined until the case was opened. */
  case: Reversal | undefined;
  step: Step | undefined;
  runId = '';
  rateLimited = false;
  /** Until when a look that the server repeats may take: nothing is decided before that. */
  lookingUntil = 0;
  /** What was read by a worker that lacks the account. */
  #unserved: UnservedCase | undefined;
  /** "Stop trying": the call in flight is finished and the order looked at once more before this run ends. */
  isCancelled = false;
  /** The input cannot be used: everybody who waits is told. */
  failure: ApplicationFailure | undefined;
  /** Somebody asked it to stop; a request that came after that is read whatever it says. */
  stopping = false;
  #now = Date.now();
  /** An end that nobody may hear of yet: the ledger is being told first. */
  #unheard: Step | undefined;
  /** Histories of 7d0153f tell first, and write then. */
  #writesFirst = false;

  /** @param entries how many journal lines the runs made that this one continues; undefined when it continues none */
  open(opened: OpenedCase, reversal: Reversal, entries: number | undefined): void {
    this.case = reversal;
    this.#recorder.goOn(entries ?? 0, reversal.acts.at(-1)?.seq ?? 0);
    this.readAgain(opened);
    this.rateLimited = opened.rateLimited;
    this.#display.runbook = opened.runbook;
    if (entries !== undefined) return;
    this.#display.open(reversal, this.#writesFirst);
    this.note('opened', { request: opened.request, remembered: opened.memory !== undefined });
  }

  /** The ledger was read, and the rules where that worker has the account, by the run that is named there. */
  readAgain({ runId, generation, memory }: Pick<OpenedCase, 'runId' | 'generation' | 'memory'>): void {
    this.#unserved = undefined;
    this.runId = runId;
    this.#writesFirst = generation !== undefined;
    this.#recorder.bind(memory?.told);
  }

  /** Resolves when messages can be handled; throws what is wrong with the request that started this. */
  async opened(): Promise<void> {
    await condition(() => this.#isOpen);
    if (this.failure !== undefined) throw this.failure;
  }

  /** The same for a caller who waits until then at most: false when no worker has come by then that knows the account. */
  async openedBy(answerBy: number | undefined): Promise<boolean> {
    await condition(() => this.#isOpen || (answerBy !== undefined && this.#unserved !== undefined));
    if (!this.#isOpen && answerBy !== undefined) {
      await condition(() => this.#isOpen, Math.max(1, answerBy - this.now));
    }
    if (this.failure !== undefined) throw this.failure;
    return this.case !== undefined;
  }

  get #isOpen(): boolean {
    return this.case !== undefined || this.failure !== undefined;
  }

  /** Nobody who was asked knows the account: people see it, and the ledger knows of the case. */
  showUnserved(read: UnservedCase): void {
    this.#unserved = read;
    this.#display.showUnserved(read.request);
    this.#recorder.flushUnserved(read, this.case, 'unserved', this.now);
  }

  /** Stopped on request before any worker knew the account: nothing was looked at, and nothing sent by this run. */
  async abandonUnserved(read: UnservedCase): Promise<void> {
    const outcome = { kind: 'abandoned', lastView: 'none' } as const;
    this.note('final', outcome);
    this.#recorder.flushUnserved(read, this.case, 'abandoned', this.now, outcome);
    await this.recorded();
    this.failure = ApplicationFailure.nonRetryable('Stopped on request: no worker knew its account', 'Stopped');
    await this.handlersFinished();
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

  /**
   * After a local activity, which says itself when it was asked and how long it took. Where a task is handed on while one
   * runs (a query came with it, or it runs for long), a replay has the time of the last of these tasks only.
   */
  took({ askedAt = this.#now, tookMs }: Pick<OpenedCase, 'askedAt' | 'tookMs'>): void {
    this.#now = askedAt + tookMs;
  }

  /** A message asks for a change; whatever waits is woken. Returns the number to wait for with `applied`. */
  change(next: Change): number {
    return this.#inbox.change(next);
  }

  /**
   * The server wants it to stop. A task hands signals over before that, whichever came first: what joined in the same
   * task counts as the later one, since a void must not be lost.
   */
  stop(change: Change): void {
    this.stopping = true;
    this.#inbox.changeFirst(change);
  }

  /** Something wakes the loop: a message, or that this history was reset. */
  get hasMessages(): boolean {
    return !this.#inbox.isEmpty || this.wasReset;
  }

  get wasReset(): boolean {
    return this.#resets.wasReset;
  }

  /** What was seen and decided before a Reset proves nothing any more. */
  startAnew(): void {
    this.#resets.begunAnew();
    this.case = unseen(this.reversal);
    this.#unheard = undefined;
    this.step = this.#looking;
  }

  get hasJoins(): boolean {
    return this.#inbox.hasJoins;
  }

  joinLater(request: unknown): void {
    this.#inbox.joinLater(request);
  }

  /** What is wrong with one that joined without waiting for an answer can only be told by the journal. */
  readJoins(): Promise<void> {
    const refused =
      (why: string): Change =>
      (reversal) => {
        this.note('operator', { message: 'join', refused: why });
        return reversal;
      };
    return this.#inbox.readJoins(async (request) => {
      try {
        const checked = await checkRequestLocally(request, this.now);
        return (reversal, now) => {
          const why = unfit(reversal.request, checked);
          return why === undefined ? this.#joined(reversal, checked, now) : refused(why.message)(reversal, now);
        };
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === undefined) throw error;
        return refused(refusal.message);
      }
    });
  }

  #joined(reversal: Reversal, request: ReversalRequest, now: number): Reversal {
    this.note('operator', { joined: request });
    return joined(reversal, request, now);
  }

  applyMessages(): void {
    this.#inbox.apply((next) => {
      this.case = next(this.reversal, this.now);
    });
  }

  /** Whether the loop has decided with that change. */
  applied(ask: number): boolean {
    return this.#inbox.applied(ask) || this.failure !== undefined;
  }

  note(kind: JournalEntry['kind'], body: unknown): void {
    this.#recorder.note(kind, body, this.now);
  }

  join(request: ReversalRequest): number {
    const why = unfit(this.reversal.request, request);
    if (why !== undefined) throw plain(ApplicationFailure.nonRetryable(why.message, why.type));
    return this.change((reversal, now) => this.#joined(reversal, request, now));
  }

  /** Shows what comes next to callers, to the Web UI and, when it lasts, to the list and the ledger. */
  announce(step: Step): void {
    const { now } = this;
    const verdict = verdictOf(this.reversal, step, now);
    const tells = verdict !== undefined && verdict !== this.reversal.told;
    const isUnheard = step.kind === 'settle' && this.#writesFirst && !(verdict && this.#mayBeHeard(verdict));
    this.#unheard = isUnheard ? step : undefined;
    this.step = isUnheard ? this.#looking : step;
    if (tells) {
      // Somebody may act on it from now on, whether it was asked for or read in the list: it is being told.
      this.case = told(this.reversal, this.#tellable(verdict, step));
      this.note('told', { verdict });
    }
    const lasting =
      step.kind === 'park' || step.kind === 'settle' || (lasts(step) && step.until - now > WORTH_SHOWING_MS);
    // A verdict must outlive this run, however short the wait is that follows it.
    if (isUnheard || (!lasting && !tells)) return;
    const changed = this.#display.show(this.reversal, step, now);
    if (step.kind === 'settle') return;
    const rule = ruleOf(this.reversal.rules, step);
    if (changed) this.note('decision', rule === undefined ? step : { ...step, rule });
    // Looks that show nothing new can wait; what people did, and why they are asked again, is wanted at once.
    const { journal } = this.#recorder;
    const urgent = journal.some(({ kind }) => kind === 'operator' || (kind === 'act' && step.kind === 'park'));
    if (changed || tells || urgent || journal.length >= MAX_UNWRITTEN) this.flush(step);
  }

  /** Whether a run that forgets this verdict, as after a Reset, could still not keep the payment; `kept` forbids nothing. */
  #mayBeHeard(verdict: Verdict): boolean {
    return !this.#writesFirst || this.#recorder.isBound || !mustBeWritten(this.reversal, verdict);
  }

  /** A verdict is decided, and nobody hears it before the ledger has it. */
  get isWriting(): boolean {
    if (this.#unheard !== undefined) return true;
    if (this.case === undefined || this.step === undefined) return false;
    const verdict = verdictOf(this.case, this.step, this.now);
    return verdict !== undefined && !this.#mayBeHeard(verdict);
  }

  /** What is said while nothing may be told. */
  get #looking(): Step {
    return { kind: 'look', what: 'order', until: this.now };
  }

  #tellable(verdict: Verdict, step: Step): Verdict {
    const outcome = step.kind === 'settle' && step.outcome.kind === 'final' ? step.outcome : undefined;
    return outcome?.resolution?.finalAction === 'kept' ? 'kept' : verdict;
  }

  /** @param isLast this run continues as new when that is written */
  flush(step: Step, isLast = false): void {
    this.#recorder.flush(this.reversal, step, { runId: this.runId, at: this.now }, isLast);
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
      if (this.wasReset) return false;
      if (!this.hasMessages) this.#reveal();
      // A handler that is still reading its message may yet ask for a change, and waits until it is applied.
      await condition(() => this.hasMessages || allHandlersFinished());
      if (this.wasReset) return false;
      if (!this.hasMessages) return true;
      if (this.hasJoins) await this.readJoins();
      this.applyMessages();
      if (this.reversal.lookWanted) return false;
    }
  }

  /** The ledger has the end: whoever waits for it hears it. */
  #reveal(): void {
    const end = this.#unheard;
    if (end === undefined) return;
    this.#unheard = undefined;
    this.step = end;
    this.#display.show(this.reversal, end, this.now);
  }

  /** Everything that happened is in the ledger. */
  recorded(): Promise<void> {
    return this.#recorder.recorded();
  }

  /** @param isUndecided what joined is in force, and nothing is decided with it yet: no verdict may be told */
  state(isUndecided = this.hasJoins): ReversalState {
    if (this.#unserved !== undefined) return unservedState(this.#unserved);
    if (this.step === undefined) throw ApplicationFailure.retryable(NOT_OPEN, 'NotOpen');
    // What joined, or what the ledger knows after a Reset, is not decided with yet: it may overturn any verdict.
    const isOverturned = isUndecided || this.#resets.isPending;
    const step = isOverturned ? this.#looking : this.step;
    const { verdict, ...state } = stateOf(this.reversal, step, this.now);
    // An end is shown only once it may be heard, or the ledger has it.
    const isHeard = verdict !== undefined && (step.kind === 'settle' || this.#mayBeHeard(verdict));
    return isHeard ? { ...state, verdict } : state;
  }

  /** A caller who waits until `answerBy` is answered: a verdict is there, or none can come in time. */
  answerable(answerBy: number | undefined): boolean {
    if (this.failure !== undefined) return true;
    // What joined is read within this workflow task: whoever waits for a verdict gets the one after it.
    if (this.case === undefined || this.step === undefined || this.hasJoins) return false;
    const { now, step } = this;
    if (step.kind === 'settle') return true;
    if (this.isWriting) return answerBy !== undefined && now >= answerBy;
    const pause = Math.max(lasts(step) ? step.until : 0, this.lookingUntil);
    if (answerBy !== undefined && (now >= answerBy || pause > answerBy)) return true;
    if (this.case.lookWanted) return false;
    return step.kind === 'park' || verdictOf(this.case, step, now) !== undefined;
  }

  /** Waits for a caller; see `Callers`. */
  waited(isSo: () => boolean, ms?: number): Promise<boolean> {
    return this.#callers.waited(isSo, () => this.case?.legacy !== true, ms);
  }

  handlersFinished(): Promise<void> {
    return condition(allHandlersFinished);
  }
}
