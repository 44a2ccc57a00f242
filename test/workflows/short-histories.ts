/** The dev server with its suggestion to continue as new made after few events. */
import { startChild } from '../../src/dev/child-process.ts';
import { freePort } from '../../src/dev/free-port.ts';
import { findTemporalCli } from '../../src/dev/temporal-cli.ts';
import { temporalFlags } from '../../src/dev/temporal-flags.ts';
import type { TemporalServer } from '../../src/dev/temporal-server.ts';
import type { GatewayName } from '../../src/stand/accounts.ts';
import { startStand } from '../../src/stand/stand.ts';
import type { World } from './support.ts';
import { FASTER } from './timings.ts';
import { until } from './until.ts';

const EVENTS = 40;

/** A server and a stand without workers on it; both are the caller's to stop. */
export async function startShortWorld(gateways: readonly GatewayName[]): Promise<World> {
  const cli = await findTemporalCli({ log() {} });
  const port = await freePort();
  const namespace = 'default';
  const flags = temporalFlags({ port, uiPort: undefined, namespace, dbFile: undefined, tuned: true });
  const few = ['--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${EVENTS}`];
  const child = await startChild(cli, [...flags, ...few], {});
  const address = `127.0.0.1:${port}`;
  const server: TemporalServer = { address, namespace, pid: child.pid, stop: () => child.stop(2000) };
  const stand = await until(() =>
    startStand({ address, namespace, gateways, overrides: () => FASTER, withoutWorkers: true }).catch(() => undefined),
  );
  return { stand, server, logs: [] };
}
