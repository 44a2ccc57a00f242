/** How the demo's results are shown to people: a line as each ends, a table at the end. */
import Table from 'cli-table3';
import { majorOf } from '../reversal/money.ts';
import { GATEWAYS } from '../stand/accounts.ts';
import type { IncidentResult } from './run.ts';

const money = (minor: number) => (minor === 0 ? '-' : majorOf(minor, 'CNY'));

/** `refunded`, `stuck: frozen`, `failed: …`. */
export function conclusionOf({ finalAction, status, stuckReason, latePayment, error }: IncidentResult): string {
  if (error !== undefined) return 'could not be played';
  if (finalAction !== undefined) return latePayment ? `${finalAction} (paid late)` : finalAction;
  return stuckReason === undefined ? `still ${status}` : `stuck: ${stuckReason}`;
}

/** One line of progress. */
export function lineOf(result: IncidentResult, done: number, total: number): string {
  const mark = result.agrees ? 'ok ' : 'BAD';
  const count = `${String(done).padStart(String(total).length)}/${total}`;
  return `${mark} ${count}  ${result.gateway.padEnd(14)}  ${result.name.padEnd(63)}  ${conclusionOf(result)}`;
}

/** Every incident by gateway, its conclusion beside the money. Amounts in the currency's major unit. */
export function tableOf(results: readonly IncidentResult[]): string {
  const table = new Table({
    head: ['Gateway', 'Incident', 'Conclusion', 'Taken', 'Returned', 'Calls', 'Agrees'],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'right', 'left'],
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: [], border: [] },
  });
  for (const gateway of GATEWAYS) {
    const rows = results.filter((result) => result.gateway === gateway);
    rows.forEach((result, index) => {
      table.push([
        index === 0 ? gateway : '',
        result.name,
        conclusionOf(result),
        money(result.money.taken),
        money(result.money.returned),
        result.calls,
        result.agrees ? 'yes' : 'NO',
      ]);
    });
  }
  return table.toString();
}

/** What to read when one line has to do. */
export function summaryOf(results: readonly IncidentResult[], seconds: number): string {
  const wrong = results.filter(({ agrees }) => !agrees).length;
  const stuck = results.filter(({ status, agrees }) => agrees && status === 'stuck').length;
  const calls = results.reduce((sum, result) => sum + result.calls, 0);
  const verdict = wrong === 0 ? "Every conclusion agrees with the gateway's money" : `${wrong} DISAGREE with the money`;
  return (
    `${verdict}: ${results.length} incidents, ${results.length - stuck - wrong} concluded, ` +
    `${stuck} waiting for people as they should, ${calls} calls, ${seconds.toFixed(0)} s.`
  );
}

/** What a wrong one needs to be understood. */
export function storyOf(result: IncidentResult): string {
  const { gateway, name, request, status, finalAction, stuckReason, money: sums, trail, error } = result;
  return [
    `${gateway}: ${name}`,
    `  order ${request.orderId}: ${finalAction ?? status}${stuckReason === undefined ? '' : ` (${stuckReason})`}`,
    `  money: taken ${sums.taken}, returned ${sums.returned}, payable ${sums.payable}`,
    `  calls: ${trail.join(' ') || 'none'}`,
    ...(error === undefined ? [] : [`  error: ${error}`]),
  ].join('\n');
}
