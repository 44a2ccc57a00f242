/**
 * Payloads that nobody can decode, set aside before they reach the workflow. The SDK (1.24) fails the workflow task for
 * one, and does so again for ever: one malformed signal would stop a reversal for good. What stands in the history stays
 * as it is; the workflow gets a note in its place, which its own checks then refuse in words.
 *
 * What this program has encrypted is never set aside: it gets here only in a worker without `encryption`, and fails the
 * workflow task, so that the server gives it to another worker. The SDK alone would reject an update for it, which may be
 * a void. Keys that are missing fail in the codec, before this.
 *
 * Another encoding that this worker does not know is left alone where the text matters: another worker may have the
 * codec.
 */
import { defaultPayloadConverter, type Payload, type WorkflowInterceptors } from '@temporalio/workflow';
import { ENCRYPTED } from '../protocol/encryption.ts';

type Activate = NonNullable<NonNullable<WorkflowInterceptors['internals']>[number]['activate']>;
type Job = NonNullable<Parameters<Activate>[0]['activation']['jobs']>[number];
type Payloads = readonly Payload[] | null | undefined;

/** They do the same whatever comes with them, so nothing is lost where it cannot be read. */
const NEEDS_NO_TEXT: ReadonlySet<string> = new Set(['paymentObserved', 'resubmit']);

const why = (error: unknown) => (error instanceof Error ? error.message : String(error));
/** Of the converter: the payload itself holds bytes, and no text decoder is in the sandbox. */
const isEncrypted = (problem: string) => problem === `Unknown encoding: ${ENCRYPTED}`;
/** Without a name it is nobody's encoding. */
const isForAnother = (problem: string) => /^Unknown encoding: ./.test(problem);

function readable(payload: Payload, needsNoText: boolean): Payload {
  try {
    defaultPayloadConverter.fromPayload(payload);
    return payload;
  } catch (error) {
    const problem = why(error).slice(0, 200);
    if (isEncrypted(problem)) {
      throw new Error(
        'A payload is encrypted, and this worker has no section `encryption`: another worker has to read it',
      );
    }
    if (isForAnother(problem) && !needsNoText) return payload;
    return defaultPayloadConverter.toPayload({ unreadable: problem }) ?? payload;
  }
}

const allReadable = (payloads: Payloads, needsNoText = false) =>
  payloads?.map((payload) => readable(payload, needsNoText)) ?? null;

/**
 * Changes what a job brings, and nothing else of it.
 *
 * @throws when it brings what only a worker with `encryption` can read
 */
export function setAside({ initializeWorkflow, signalWorkflow, doUpdate }: Job): void {
  if (initializeWorkflow != null) initializeWorkflow.arguments = allReadable(initializeWorkflow.arguments);
  if (doUpdate != null) doUpdate.input = allReadable(doUpdate.input);
  if (signalWorkflow != null) {
    const needsNoText = NEEDS_NO_TEXT.has(signalWorkflow.signalName ?? '');
    signalWorkflow.input = allReadable(signalWorkflow.input, needsNoText);
  }
}
