/** Starts a workflow about many reversals and follows it to its report. It goes on when the command is interrupted. */
import type { QueryDefinition } from '@temporalio/common';
import { CommandFailed, messageOf } from './errors.ts';
import { tell } from './output.ts';
import type { Session } from './session.ts';
import { interrupted } from './signals.ts';

export interface Followed<Input, Report> {
  readonly workflowType: string;
  readonly workflowId: string;
  readonly summary?: string;
  readonly input: Input;
  readonly progress: QueryDefinition<Report>;
  /** One line of progress. */
  readonly line: (report: Report) => string;
}

const PROGRESS_EVERY_MS = 2000;

/**
 * @returns undefined when it was interrupted: the workflow goes on
 * @throws CommandFailed with what the workflow failed with
 */
export async function follow<Input, Report>(
  { temporal }: Session,
  { workflowType, workflowId, summary, input, progress, line }: Followed<Input, Report>,
): Promise<Report | undefined> {
  const { OPERATIONS_QUEUE } = await import('../protocol/start.ts');
  const handle = await temporal.workflow.start<(input: Input) => Promise<Report>>(workflowType, {
    workflowId,
    taskQueue: OPERATIONS_QUEUE,
    args: [input],
    ...(summary !== undefined && { staticSummary: summary }),
  });
  tell(`Started ${workflowId}`);
  let told = '';
  const telling = setInterval(async () => {
    // No answer is no progress: the next one tells, or the result does.
    const at = await handle.query(progress).catch(() => undefined);
    const news = at === undefined ? told : line(at);
    if (news !== told) tell(news);
    told = news;
  }, PROGRESS_EVERY_MS);
  try {
    const report = await Promise.race([handle.result(), interrupted().then(() => undefined)]);
    if (report === undefined) tell(`Interrupted. It goes on: ${workflowId}`);
    return report;
  } catch (error) {
    throw new CommandFailed(error instanceof Error && error.cause ? messageOf(error.cause) : messageOf(error));
  } finally {
    clearInterval(telling);
  }
}
