/** Waits for many reversals, without a worker's help: the server knows a reversal's state by its search attributes. */
import type { Session } from './session.ts';

/** How a reversal stands, `null` where there is nothing to say. */
export interface End {
  /** `final`, `abandoned`, `stuck`, or `failed` when the workflow itself failed, was cancelled or terminated. */
  readonly status: string;
  readonly finalAction: string | null;
  readonly stuckReason: string | null;
  /** Why it failed. */
  readonly error?: string;
}

export interface WaitOptions {
  /** A stuck one has ended, too. */
  readonly untilStuck: boolean;
  readonly signal: AbortSignal;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
const PAUSE_FACTOR = 1.5;

/**
 * Resolves when the reversal has ended, or is stuck where that counts; undefined when the signal came first.
 *
 * @param pass limits how many ask at once
 */
export async function awaitEnd(
  session: Session,
  workflowId: string,
  { untilStuck, signal }: WaitOptions,
  pass: <T>(ask: () => Promise<T>) => Promise<T>,
): Promise<End | undefined> {
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(pause * PAUSE_FACTOR, LONGEST_PAUSE_MS)) {
    const end = await pass(() => endOf(session, workflowId));
    if (end !== undefined && (end.status !== 'stuck' || untilStuck)) return end;
    await pauseFor(pause, signal);
  }
  return undefined;
}

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/** Undefined while it goes on. */
async function endOf({ temporal }: Session, workflowId: string): Promise<End | undefined> {
  const { SEARCH_ATTRIBUTES } = await import('../protocol/visibility.ts');
  const handle = temporal.workflow.getHandle(workflowId);
  const { status, typedSearchAttributes: attributes } = await handle.describe();
  const shown = attributes.get(SEARCH_ATTRIBUTES.status);
  const finalAction = attributes.get(SEARCH_ATTRIBUTES.finalAction) ?? null;
  const stuckReason = attributes.get(SEARCH_ATTRIBUTES.stuckReason) ?? null;
  if (status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW') {
    return shown === 'stuck' ? { status: 'stuck', finalAction: null, stuckReason } : undefined;
  }
  if (status.name === 'COMPLETED') return { status: shown ?? 'final', finalAction, stuckReason };
  if (status.name === 'CANCELLED' && shown === 'abandoned') return { status: shown, finalAction, stuckReason };
  const error = await handle.result().then(
    () => status.name.toLowerCase(),
    (failure: unknown) => reasonOf(failure) ?? status.name.toLowerCase(),
  );
  return { status: 'failed', finalAction: null, stuckReason: null, error };
}

/** The innermost message of a failure: the others say only that there is one. */
function reasonOf(failure: unknown): string | undefined {
  if (!(failure instanceof Error)) return undefined;
  return reasonOf(failure.cause) ?? failure.message;
}
