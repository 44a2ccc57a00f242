/** What one run of a reversal holds: the case, its journal, its recordings, and who waits for an answer. */
import { ApplicationFailure, allHandlersFinished, condition, patched, workflowInfo } from '@temporalio/workflow';
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js';
import type { JournalEntry, OpenedCase, UnservedCase } from '../activities/contract.ts';
import { joined, unfit } from '../reversal/asked.ts';
import type { Step } from '../reversal/decide.ts';
import { carriedOf, mustBeWritten, paceOf, unseen } from '../reversal/memory.ts';
import type { Outcome, Verdict } from '../reversal/outcome.ts';
import type { ReversalRequest } from '../reversal/request.ts';
import { type Reversal, told } from '../reversal/reversal.ts';
import { ruleOf } from '../reversal/rule.ts';
import { lasts, type ReversalState, type Status, stateOf, statusOf, verdictOf } from '../reversal/status.ts';
import { checkRequestLocally, record, refusalOf } from './activities.ts';
import { Display } from './display.ts';
import { NOT_OPEN } from './messages.ts';
import { plain } from './validate.ts';

/** Shorter waits change nothing that people would see in a list. */
const WORTH_SHOWING_MS = 5000;
/** Of the ten updates in flight that the server takes. */
const MAX_CALLERS = 6;
/** The journal is written at the latest when it has grown to this. */
const MAX_UNWRITTEN = 100;

/** Of the SDK's inside (1.24): what it draws random numbers from, and replaces where a history was reset. */
const randomness = () => getActivator().randomnessSeed;
const RESETS_ARE_SEEN = 'resets-are-seen';

const binds = (verdict: Verdict | undefined) => verdict !== undefined && verdict !== 'kept';

type Change = (reversal: Reversal, now: number) => Reversal;

/** A request that joined by signal, and is not checked yet. */
interface UncheckedJoin {
  readonly request: unknown;
}

function unservedState({ request, memory }: UnservedCase): ReversalState {
  const { provider, account, orderId } = request;
  return { provider, account, orderId, status: 'unserved', acts: memory?.acts.at(-1)?.seq ?? 0 };
}

export class Desk {
  readonly #display = new Display();
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
  /** What messages ask for, in the order in which they came; the loop applies it, at its own time, before it decides. */
  #asked: (Change | UncheckedJoin)[] = [];
  #asks = 0;
  /** Callers who wait for an answer, the one who has waited longest first. */
  #callers: object[] = [];
  #applied = 0;
  #now = Date.now();
  #journal: JournalEntry[] = [];
  #entries = 0;
  /** The ledger has, or is being told, the answers to the acts up to this number. */
  #saidUpTo = 0;
  #recording: Promise<void> = Promise.resolve();
  /** The ledger knows of a verdict that forbids to keep the payment: no run can forget it. */
  #isBound = false;
  /** Each Reset gives a history randomness of its own; nothing else of it can be told the same way at every replay. */
  #randomness = randomness();
  /** An end that nobody may hear of yet: the ledger is being told first. */
  #unheard: Step | undefined;
  /** Histories of 7d0153f tell first, and write then. */
  #writesFirst = false;

  /** @param entries how many journal lines the runs made that this one continues; undefined when it continues none */
  open(opened: OpenedCase, reversal: Reversal, entries: number | undefined): void {
    this.case = reversal;
    this.#entries = entries ?? 0;
    this.readAgain(opened);
    this.#saidUpTo = reversal.acts.at(-1)?.seq ?? 0;
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
    this.#isBound ||= binds(memory?.told);
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
    this.#write(read, 'unserved');
  }

  /** Stopped on request before any worker knew the account: nothing was looked at, and nothing sent by this run. */
  async abandonUnserved(read: UnservedCase): Promise<void> {
    const outcome = { kind: 'abandoned', lastView: 'none' } as const;
    this.note('final', outcome);
    this.#write(read, 'abandoned', outcome);
    await this.recorded();
    this.failure = ApplicationFailure.nonRetryable('Stopped on request: no worker knew its account', 'Stopped');
    await this.handlersFinished();
  }

  #write({ request, memory, runId }: UnservedCase, status: Status, outcome?: Outcome): void {
    const { provider, account, orderId, amount, currency } = request;
    const { told, sawPaid = false, latePayment = false } = this.case ?? memory ?? {};
    const carried = this.case === undefined ? memory?.carried : carriedOf(this.case);
    const input = {
      order: { provider, account, orderId },
      amount,
      currency,
      workflowId: workflowInfo().workflowId,
      runId,
      at: this.now,
      state: {
        status,
        sawPaid,
        latePayment,
        acts: [],
        ...(told !== undefined && { told }),
        ...(outcome === undefined ? carried !== undefined && { carried } : { outcome }),
      },
      entries: this.#journal,
    };
    this.#journal = [];
    this.#recording = this.#recording.then(() => record(input));
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
  change(next: Change): number {
    this.#asked.push(next);
    this.#asks += 1;
    return this.#asks;
  }

  /**
   * The server wants it to stop. A task hands signals over before that, whichever came first: what joined in the same
   * task counts as the later one, since a void must not be lost.
   */
  stop(change: Change): void {
    this.stopping = true;
    this.#asked.unshift(change);
    this.#asks += 1;
  }

  /** Something wakes the loop: a message, or that this history was reset. */
  get hasMessages(): boolean {
    return this.#asked.length > 0 || this.wasReset;
  }

  /** This history was reset since ledger and order were read: what it decided then may be long past. */
  get wasReset(): boolean {
    if (this.#randomness === randomness()) return false;
    if (patched(RESETS_ARE_SEEN)) return true;
    // Reset under 7d0153f: it goes on as it did then.
    this.#randomness = randomness();
    return false;
  }

  /** What was seen and decided before a Reset proves nothing any more. */
  startAnew(): void {
    this.#randomness = randomness();
    this.case = unseen(this.reversal);
    this.#unheard = undefined;
    this.step = this.#looking;
  }

  get hasJoins(): boolean {
    return this.#asked.some((asked) => typeof asked !== 'function');
  }

  joinLater(request: unknown): void {
    this.#asked.push({ request });
  }

  /** Checks what joined without waiting for an answer, and leaves it in its place among the other messages. */
  async readJoins(): Promise<void> {
    for (let at = 0; at < this.#asked.length; at += 1) {
      const asked = this.#asked[at];
      if (asked !== undefined && typeof asked !== 'function') this.#asked[at] = await this.#read(asked);
    }
  }

  /** What is wrong with it can only be told by the journal. */
  async #read({ request }: UncheckedJoin): Promise<Change> {
    const refused =
      (why: string): Change =>
      (reversal) => {
        this.note('operator', { message: 'join', refused: why });
        return reversal;
      };
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
  }

  #joined(reversal: Reversal, request: ReversalRequest, now: number): Reversal {
    this.note('operator', { joined: request });
    return joined(reversal, request, now);
  }

  applyMessages(): void {
    for (const next of this.#asked) if (typeof next === 'function') this.case = next(this.reversal, this.now);
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
    const urgent = this.#journal.some(({ kind }) => kind === 'operator' || (kind === 'act' && step.kind === 'park'));
    if (changed || tells || urgent || this.#journal.length >= MAX_UNWRITTEN) this.flush(step);
  }

  /** Whether a run that forgets this verdict, as after a Reset, could still not keep the payment; `kept` forbids nothing. */
  #mayBeHeard(verdict: Verdict): boolean {
    return !this.#writesFirst || this.#isBound || !mustBeWritten(this.reversal, verdict);
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

  /**
   * Writes the journal and the order's row, after what was written before; the loop does not wait for it.
   *
   * @param isLast this run continues as new when that is written
   */
  flush(step: Step, isLast = false): void {
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
      runId: this.runId,
      state: {
        status: statusOf(this.reversal, step),
        ...(outcome !== undefined && { outcome }),
        ...(outcome?.kind === 'final' && { finalAction: outcome.action }),
        ...(step.kind === 'park' && { stuckReason: step.reason }),
        ...(verdict !== undefined && { told: verdict }),
        sawPaid,
        latePayment,
        acts: unsaid,
        ...(outcome === undefined && { carried: carriedOf(this.reversal) }),
        ...(isLast && { handover: { entries: this.#entries, pace: paceOf(this.reversal) } }),
      },
      entries: this.#journal,
    };
    this.#journal = [];
    this.#saidUpTo = unsaid.at(-1)?.seq ?? this.#saidUpTo;
    const written = this.#recording.then(() => record(input));
    const bound = () => {
      this.#isBound ||= binds(verdict);
    };
    // A branch of its own: one more link in the chain would change the order of commands in histories that are open.
    void written.then(bound, () => {});
    this.#recording = written;
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
    return this.#recording;
  }

  /** @param isUndecided what joined is in force, and nothing is decided with it yet: no verdict may be told */
  state(isUndecided = this.hasJoins): ReversalState {
    if (this.#unserved !== undefined) return unservedState(this.#unserved);
    if (this.step === undefined) throw ApplicationFailure.retryable(NOT_OPEN, 'NotOpen');
    // What joined, or what the ledger knows after a Reset, is not decided with yet: it may overturn any verdict.
    const isOverturned = isUndecided || this.#randomness !== randomness();
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

  /**
   * Waits for a caller. The server takes ten updates in flight a workflow, and operators must always find a place: of
   * more callers than these the one who has waited longest is answered with what stands.
   *
   * @returns whether it is so; false when the caller had to make room, or the time was over
   */
  async waited(isSo: () => boolean, ms?: number): Promise<boolean> {
    const caller = {};
    this.#callers.push(caller);
    const hasToGo = () =>
      this.case?.legacy !== true && this.#callers.indexOf(caller) < this.#callers.length - MAX_CALLERS;
    try {
      if (ms === undefined) await condition(() => isSo() || hasToGo());
      else await condition(() => isSo() || hasToGo(), ms);
      return isSo();
    } finally {
      this.#callers = this.#callers.filter((other) => other !== caller);
    }
  }

  handlersFinished(): Promise<void> {
    return condition(allHandlersFinished);
  }
}
