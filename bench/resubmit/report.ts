/** The result of a batch as people read it. */
import type { Rate } from '../fleet/rate.ts';
import type { ResubmitResult } from './result.ts';

const told = ({ count, perSecond, busiestSecond }: Rate) =>
  `${count}, ${perSecond} a second, ${busiestSecond} in the busiest one`;

export function resubmitToText(result: ResubmitResult): string {
  const { batch, wrong, lost, ledgerDiffers } = result;
  return [
    `${result.count} stuck reversals after ${result.stuckAfterSeconds} s, ${result.rate} a second allowed`,
    `the batch: ${JSON.stringify(batch)}, ${result.batchSeconds} s`,
    `resubmitted: ${told(result.resubmissions)}; never ${result.neverResubmitted}, twice ${result.resubmittedTwice}`,
    `the worker was killed after ${result.resubmittedBeforeKill}; ${result.withoutWorkerSeconds} s until another served`,
    `first looks at the gateway: ${told(result.firstLooks)}`,
    `all had ended ${result.endedAfterSeconds} s after the start of the batch: ${JSON.stringify(result.finalActions)}`,
    `wrong ${wrong.length}, lost ${lost.length}, still open ${result.stillOpen}, ledger differs ${ledgerDiffers.length}, ` +
      `blind acts ${result.blindActs.length}`,
    ...result.blindActs,
    ...wrong,
    ...lost,
    ...ledgerDiffers,
  ].join('\n');
}

/** Whether all were resubmitted within the rate, and have ended as the money says. */
export function resubmitIsRight(result: ResubmitResult): boolean {
  const { wrong, lost, ledgerDiffers, stillOpen, blindActs, neverResubmitted, resubmissions, rate } = result;
  const amiss = wrong.length + lost.length + ledgerDiffers.length + stillOpen + blindActs.length + neverResubmitted;
  return amiss === 0 && resubmissions.busiestSecond <= rate;
}
