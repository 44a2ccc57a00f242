/** What the gateway and the ledger have of one order, line by line: for reading when something was found about it. */
import { type LedgerReader, readAll } from '../../src/ledger/index.ts';
import { behind } from '../../src/stand/accounts.ts';
import type { Started } from './messages.ts';
import type { Site } from './site.ts';

export async function storyOf(
  { sandbox, ledger, heard }: Pick<Site, 'sandbox' | 'heard'> & { readonly ledger: LedgerReader },
  started: Started,
): Promise<string> {
  const { incident, request } = started;
  const { orderId } = request;
  const { system } = behind(incident.gateway);
  const calls = sandbox.log({ system, orderId }).map(({ at, operation, executed, fault, code, answeredAt }) => ({
    at,
    line: `gateway  ${operation} ${JSON.stringify({ executed, fault, code, took: answeredAt && answeredAt - at })}`,
  }));
  const entries = (await readAll(ledger.journal, request)).map(({ at, kind, body }) => ({
    at,
    line: `journal  ${kind} ${JSON.stringify(body)}`,
  }));
  const told = heard.flatMap(({ orderId: of, at, verdict }) =>
    of === orderId ? [{ at, line: `heard    ${verdict}` }] : [],
  );
  const money = sandbox.money({ system, orderId }).map(({ at, kind, amount, by }) => ({
    at,
    line: `money    ${kind} ${amount} by ${by}`,
  }));
  const lines = [...calls, ...entries, ...told, ...money, ...started.notes].toSorted((a, b) => a.at - b.at);
  return [
    `${orderId}: ${incident.gateway}, ${incident.kind}, may wait for people for ${incident.sticks.join(', ') || 'nothing'}`,
    ...lines.map(({ at, line }) => `  ${new Date(at).toISOString()}  ${line}`),
    '',
  ].join('\n');
}
