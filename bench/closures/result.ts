/** What many pending closures cost, and how those ended that fell due. */
import type { Conclusions } from '../fleet/conclusions.ts';
import type { Rate } from '../fleet/rate.ts';
import { round } from '../statistics.ts';

export interface ClosuresResult extends Conclusions {
  readonly count: number;
  readonly due: number;
  readonly rateLimit: number;
  readonly workerDownSeconds: number;
  readonly startsPerSecond: number;
  /** Resident memory and database files of the server, for each pending closure; KiB. */
  readonly serverMemoryKib: number;
  readonly serverDiskKib: number;
  /** From its due time to the first call to the gateway, seconds. */
  readonly delaySeconds: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
  /** Calls that the gateway saw before their time. */
  readonly early: number;
  readonly calls: Rate;
  /** Looks and acts of one closure. */
  readonly callsEach: number;
  readonly endedAfterSeconds: number;
  /** Still pending at the end, as they should be. */
  readonly pending: number;
}

export function closuresToText(result: ClosuresResult): string {
  const { delaySeconds: delay, calls, wrong, lost, ledgerDiffers } = result;
  return [
    `${result.count} closures scheduled, ${result.startsPerSecond} a second; each pending one costs the server ` +
      `${result.serverMemoryKib} KiB of memory and ${result.serverDiskKib} KiB of disk`,
    `${result.due} fell due within ten seconds, ${result.rateLimit} calls a second allowed` +
      `${result.workerDownSeconds > 0 ? `, no worker for ${result.workerDownSeconds} s` : ''}`,
    `first call after the due time: p50 ${delay.p50} s, p95 ${delay.p95} s, p99 ${delay.p99} s, at most ${delay.max} s; ` +
      `${result.early} came early`,
    `calls: ${calls.count}, ${result.callsEach} each, ${calls.perSecond} a second, ${calls.busiestSecond} in the busiest`,
    `all had ended after ${result.endedAfterSeconds} s: ${JSON.stringify(result.finalActions)}; ` +
      `${result.pending} are pending still`,
    `wrong ${wrong.length}, lost ${lost.length}, still open ${result.stillOpen}, ledger differs ${ledgerDiffers.length}, ` +
      `blind acts ${result.blindActs.length}`,
    ...wrong,
    ...lost,
    ...ledgerDiffers,
    ...result.blindActs,
  ].join('\n');
}

/** Whether those that fell due were closed as the money says, none early, and the others wait. */
export function closuresAreRight(result: ClosuresResult): boolean {
  const { wrong, lost, ledgerDiffers, stillOpen, blindActs, early, pending, count, due } = result;
  const amiss = wrong.length + lost.length + ledgerDiffers.length + stillOpen + blindActs.length + early;
  return amiss === 0 && pending === count - due;
}

/** Of one, in KiB. */
export const kibEach = (bytes: number, count: number) => round(bytes / 1024 / Math.max(1, count), 2);
