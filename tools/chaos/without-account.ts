/** What an account's reversals meet while no worker, or not every worker, knows the account. */
import { WorkflowNotFoundError } from '@temporalio/client';
import { type RandomIncident, randomIncident } from '../../src/demo/random/generate.ts';
import type { Rng } from '../../src/demo/random/rng.ts';
import { resubmitSignal } from '../../src/protocol/messages.ts';
import type { GatewayName } from '../../src/stand/accounts.ts';
import type { Started } from './messages.ts';
import type { Site } from './site.ts';
import type { Traffic } from './traffic.ts';

/** Beyond those of the stream, so that the numbers of orders differ. */
const FROM = 200_000;
const CLOSURES = 2;
const AT_ONCE = 5;
/** Until they are due: the workers have come up by then, and are there still. */
const DUE_IN_MS = [4000, 9000] as const;

/** Closures that fall due meanwhile. @returns how many */
export function closuresFor(gateway: GatewayName, traffic: Traffic, rng: Rng): number {
  for (let left = CLOSURES; left > 0; left -= 1) playClosure(gateway, traffic, rng);
  return CLOSURES;
}

/** An order that nobody has paid yet, to be closed in some seconds. */
export function playClosure(gateway: GatewayName, traffic: Traffic, rng: Rng): Started {
  const incident = unpaidAt(gateway, FROM + traffic.started.length, rng);
  const expiresInMs = rng.between(...DUE_IN_MS);
  return traffic.play({ ...incident, request: { ...incident.request, reason: 'timeout', expiresInMs } });
}

function unpaidAt(gateway: GatewayName, index: number, rng: Rng): RandomIncident {
  for (;;) {
    const incident = randomIncident(rng.between(1, 1_000_000), index);
    if (incident.gateway === gateway && incident.kind === 'unpaid') return incident;
  }
}

/** The signal of a batch, to what is open of the account: most of it waits for a worker. @returns how many took it */
export async function resubmitAll({ temporal }: Site, gateway: GatewayName): Promise<number> {
  const query = `WorkflowType = 'reversePayment' AND ExecutionStatus = 'Running' AND ReversalAccount = '${gateway}'`;
  let taken = 0;
  for await (const { workflowId } of temporal.workflow.list({ query })) {
    if (taken >= AT_ONCE) break;
    try {
      await temporal.workflow.getHandle(workflowId).signal(resubmitSignal, { operator: 'chaos', reason: 'again' });
      taken += 1;
    } catch (error) {
      // It has ended by itself meanwhile.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return taken;
}
