/** What many open reversals cost, and how they ended. */
import type { Conclusions } from '../fleet/conclusions.ts';

/** Of the two processes and the server's files while so many were open, MiB. */
export interface Stage {
  readonly open: number;
  readonly serverMib: number;
  readonly serverDiskMib: number;
  readonly workerMib: number;
}

export interface OpenResult extends Conclusions {
  readonly count: number;
  readonly stages: readonly Stage[];
  readonly openedPerSecond: number;
  /** Half of them by the batch, half by a late payment that was notified: from the first message to the last end. */
  readonly endedAfterSeconds: number;
  /** When all had ended. */
  readonly after: Stage;
}

const line = ({ open, serverMib, serverDiskMib, workerMib }: Stage) =>
  `${open} open: server ${serverMib} MiB and ${serverDiskMib} MiB of disk, worker ${workerMib} MiB`;

export function openToText(result: OpenResult): string {
  const { wrong, lost, ledgerDiffers, stages, after } = result;
  return [
    ...stages.map(line),
    `${result.openedPerSecond} were opened a second`,
    `all had ended after ${result.endedAfterSeconds} s: ${JSON.stringify(result.finalActions)}; then ${line(after)}`,
    `wrong ${wrong.length}, lost ${lost.length}, still open ${result.stillOpen}, ledger differs ${ledgerDiffers.length}, ` +
      `blind acts ${result.blindActs.length}`,
    ...wrong,
    ...lost,
    ...ledgerDiffers,
    ...result.blindActs,
  ].join('\n');
}

/** Whether all were open at once, and all have ended as the money says. */
export function openIsRight({ wrong, lost, ledgerDiffers, stillOpen, blindActs, stages, count }: OpenResult): boolean {
  const amiss = wrong.length + lost.length + ledgerDiffers.length + stillOpen + blindActs.length;
  return amiss === 0 && stages.at(-1)?.open === count;
}
