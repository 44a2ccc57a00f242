/** What the gateway and the ledger have of one order, line by line: for reading when something was found about it. */
import { type Ledger, readAll } from '../../src/ledger/index.ts';
import { behind } from '../../src/stand/accounts.ts';
import type { Site } from './site.ts';
import type { Started } from './traffic.ts';

export async function storyOf({ sandbox }: Pick<Site, 'sandbox'>, ledger: Ledger, started: Started): Promise<string> {
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
  const lines = [...calls, ...entries].toSorted((a, b) => a.at - b.at);
  return [
    `${orderId}: ${incident.gateway}, ${incident.kind}, may wait for people for ${incident.sticks.join(', ') || 'nothing'}`,
    ...lines.map(({ at, line }) => `  ${new Date(at).toISOString()}  ${line}`),
    '',
  ].join('\n');
}
