/** A workflow that was changed, and how its histories tell which code has run. */
import type { temporal } from '@temporalio/proto';
import type { Edit } from './changed-bundle.ts';

type History = readonly temporal.api.history.v1.IHistoryEvent[];

const FILE = 'workflows/reverse-payment.ts';
const BEFORE_ACT = '  const { verb, seq } = step;\n  const sentAt';
const PAUSE = 'await condition(() => false, 1);';

const pause = (guard: string): Edit => ({
  file: FILE,
  from: BEFORE_ACT,
  to: BEFORE_ACT.replace('\n', `\n  ${guard}${PAUSE}\n`),
});
const DEPRECATE: Edit = { file: FILE, from: '  continueAsNew,\n', to: '  continueAsNew,\n  deprecatePatch,\n' };

/** A timer before every act: what must never be shipped like this. */
export const CHANGED: readonly Edit[] = [pause('')];
/** Asked at the start of a run and kept: an open one stays on its path to its end. */
export const PATCHED: readonly Edit[] = [
  {
    file: FILE,
    from: '  wireHandlers(desk, input);\n',
    to: "  desk.pauses = patched('pause-before-act');\n  wireHandlers(desk, input);\n",
  },
  pause('if (desk.pauses) '),
];
/** Asked at the changed place: an open one takes the new path from the next time that it comes there. */
export const PATCHED_IN_PLACE: readonly Edit[] = [pause("if (patched('pause-before-act')) ")];
/** When no reversal without the patch is open any more. */
export const DEPRECATED: readonly Edit[] = [DEPRECATE, pause("deprecatePatch('pause-before-act'); ")];

/** How many timers of the changed code there were. */
export function pausesOf(history: History): number {
  return history.filter(({ timerStartedEventAttributes: timer }) => timer?.startToFireTimeout?.nanos === 1_000_000)
    .length;
}

export function patchesOf(history: History): number {
  return history.filter(({ markerRecordedEventAttributes: marker }) => marker?.markerName === 'core_patch').length;
}

/** The releases whose workers completed its workflow tasks, each run of the same one once; empty for no release. */
export function releasesOf(history: History): readonly string[] {
  const all = history.flatMap(({ workflowTaskCompletedEventAttributes: task }) =>
    task ? [task.deploymentVersion?.buildId ?? ''] : [],
  );
  return all.filter((release, index) => release !== all[index - 1]);
}

/** Of `WorkflowTaskFailedCause`. */
const NON_DETERMINISTIC = 24;

/** Workflow tasks that failed since the code is another one than the history's. */
export function mismatchesOf(history: History): number {
  return history.filter(({ workflowTaskFailedEventAttributes: task }) => task?.cause === NON_DETERMINISTIC).length;
}
