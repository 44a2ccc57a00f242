/** The result of an outage as people read it. */
import Table from 'cli-table3';
import type { Counts } from '../fleet/census.ts';
import type { GatewayResult, OutageResult } from './result.ts';

const counts = (of: Counts) =>
  Object.entries(of)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';

const ROWS: Readonly<Record<string, (of: GatewayResult, all: OutageResult) => string | number>> = {
  'planned to be open': ({ phases }) => counts(phases),
  'ended: before it went down, while it was': ({ endedBefore, endedWhileDown }) => `${endedBefore}, ${endedWhileDown}`,
  'status at its return': ({ statusAtReturn }) => counts(statusAtReturn),
  'stuck at most': ({ stuckAtMost }) => stuckAtMost,
  'stuck at its return': ({ stuckAtReturn }) => counts(stuckAtReturn),
  'people asked: while down, in all': ({ peopleAskedWhileDown, peopleAsked }) =>
    `${peopleAskedWhileDown}, ${peopleAsked}`,
  'calls while down: all, each, a second': (of) =>
    `${of.callsWhileDown}, ${of.callsWhileDownEach}, ${of.callsWhileDownPerSecond}`,
  'acts while down: all, most of one order': (of) => `${of.actsWhileDown}, ${of.actsWhileDownAtMost}`,
  'history events: median, p95, most': ({ events }) => `${events.median}, ${events.p95}, ${events.max}`,
  'runs of workflows': ({ runs }) => runs,
  'seconds after the return: half, all': (of) => `${of.drainMedianSeconds}, ${of.drainSeconds}`,
  'calls in the drain: all, a second, busiest second, allowed': ({ callsInDrain: { count, ...rate } }, { rateLimit }) =>
    `${count}, ${rate.perSecond}, ${rate.busiestSecond}, ${rateLimit}`,
  'final actions': ({ finalActions }) => counts(finalActions),
  'wrong conclusions': ({ wrong }) => wrong.length,
  lost: ({ lost }) => lost.length,
  'still open': ({ stillOpen }) => stillOpen,
  'the ledger differs': ({ ledgerDiffers }) => ledgerDiffers.length,
  'blind acts': ({ blindActs }) => blindActs.length,
  'acts after a look that the gateway never read': ({ actsAfterUnreachable }) => actsAfterUnreachable,
};

export function outageToText(result: OutageResult): string {
  const names = Object.keys(result.gateways);
  const table = new Table({ head: ['', ...names], style: { head: [], border: [] } });
  for (const [name, tell] of Object.entries(ROWS)) {
    table.push([name, ...Object.values(result.gateways).map((of) => String(tell(of, result)))]);
  }
  const { count, hours, speed, outageSeconds } = result;
  const problems = Object.values(result.gateways).flatMap(({ wrong, lost, ledgerDiffers, blindActs }) => [
    ...blindActs,
    ...wrong,
    ...lost,
    ...ledgerDiffers,
  ]);
  const head = `${count} reversals of each gateway, down for ${outageSeconds} s: ${hours} hours at ${speed} times the speed`;
  return [head, table.toString(), ...problems].join('\n');
}

/** Whether every reversal has ended, as the money says. */
export function outageIsRight({ gateways }: OutageResult): boolean {
  return Object.values(gateways).every(
    ({ wrong, lost, stillOpen, ledgerDiffers, blindActs }) =>
      wrong.length + lost.length + stillOpen + ledgerDiffers.length + blindActs.length === 0,
  );
}
