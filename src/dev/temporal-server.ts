/** Starts the real Temporal server, with its Web UI, on this machine. For tests, demos and trying things out. */

import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { channelArgsOf } from '../lib/proxy.ts';
import { ensureSearchAttributes, setRetention } from '../worker/namespace.ts';
import { type Child, startChild } from './child-process.ts';
import { freePort } from './free-port.ts';
import { findTemporalCli } from './temporal-cli.ts';
import { type Settings, TUNED_ENV, temporalFlags } from './temporal-flags.ts';

export interface TemporalServerOptions {
  /** Keeps everything in this file across restarts; in memory when left out. */
  readonly dbFile?: string;
  /** Of gRPC. Any free one when left out. */
  readonly port?: number;
  /** Starts the Web UI on this port; 0 takes any free one. No Web UI when left out. */
  readonly uiPort?: number;
  /** `default` when left out. */
  readonly namespace?: string;
  /** False keeps the server's own settings, which are several times slower: for comparison. True when left out. */
  readonly tuned?: boolean;
  /** Further settings by their names in the server's dynamic configuration, for example to continue runs as new early. */
  readonly settings?: Settings;
  /** One line of progress or warning; nothing is told when left out. */
  readonly log?: (line: string) => void;
}

export interface TemporalServer {
  /** `127.0.0.1:7233`, as a client wants it. */
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl?: string;
  readonly pid: number;
  /** Resolves when the process is gone. May be called more than once, also after the process was killed. */
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 30_000;
const STOP_GRACE_MS = 5000;
const RETENTION_DAYS = 30;
const ENDED = 'ended while it started';
/**
 * A port that was free can be taken before the server listens on it. It may panic then (seen in CI, in the building of the
 * server), with a trace that is longer than what is kept of its lines: the cause cannot be told, so any end is tried again.
 */
const START_ATTEMPTS = 3;

/**
 * Starts a server, and resolves when it answers and knows the search attributes.
 *
 * @throws when no `temporal` can be found or built, something listens at the port already, or the server does not
 *   answer, with what it printed last
 */
export async function startTemporalServer(options: TemporalServerOptions = {}): Promise<TemporalServer> {
  const log = options.log ?? (() => {});
  const cli = await findTemporalCli({ log });
  for (let attempt = 1; ; attempt++) {
    try {
      const server = await launch(cli, options);
      if (!(await prepare(server))) return serverOf(server, log);
      // Attributes were added to an older database file: parts of a running server cache them for up to a minute.
      await server.child.stop(STOP_GRACE_MS);
      return serverOf(await launch(cli, { ...options, port: server.port }), log);
    } catch (error) {
      const ended = error instanceof Error && error.message.includes(ENDED);
      // Nobody asked for that port: another one will do.
      const another = error instanceof PortTaken && options.port === undefined;
      if (!(ended || another) || attempt >= START_ATTEMPTS) throw error;
    }
  }
}

/** Whoever listens there would answer in place of our server, and pass for it. */
class PortTaken extends Error {
  constructor(address: string) {
    super(
      `No Temporal server is started at ${address}: something listens there already, perhaps another Temporal server. ` +
        'Stop that, or take another port.',
    );
    this.name = 'PortTaken';
  }
}

interface Launched {
  readonly child: Child;
  readonly port: number;
  readonly address: string;
  readonly namespace: string;
  readonly uiPort: number | undefined;
}

async function launch(cli: string, options: TemporalServerOptions): Promise<Launched> {
  const { namespace = 'default', tuned = true, dbFile, settings } = options;
  const port = options.port ?? (await freePort());
  const uiPort = options.uiPort === 0 ? await freePort() : options.uiPort;
  const args = temporalFlags({ port, uiPort, namespace, dbFile, tuned, ...(settings && { settings }) });
  const address = `127.0.0.1:${port}`;
  if (await listens(port)) throw new PortTaken(address);
  const child = await startChild(cli, args, tuned ? { env: TUNED_ENV } : {});
  try {
    await answers(child, port, address, namespace);
  } catch (error) {
    await child.stop(STOP_GRACE_MS);
    throw new Error(`The Temporal server at ${address} ${reason(error)}\n${child.lastLines().join('\n')}`);
  }
  return { child, port, address, namespace, uiPort };
}

/** Waits until the namespace can be described. The port is tried first: a gRPC client waits a second between tries. */
async function answers(child: Child, port: number, address: string, namespace: string): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS;
  let last: unknown = new Error('does not listen');
  while (Date.now() < deadline) {
    if (!child.running()) throw new Error(`${ENDED}, with ${await child.ended}`);
    if (await listens(port)) {
      try {
        await withConnection(address, (connection) =>
          connection.withDeadline(Date.now() + 2000, async () => {
            await connection.workflowService.describeNamespace({ namespace });
          }),
        );
        // A child that found the port taken since has ended by now, and somebody else has answered.
        if (child.running()) return;
      } catch (error) {
        last = error;
      }
    }
    await sleep(25);
  }
  throw new Error(`did not answer within ${START_DEADLINE_MS / 1000} s: ${reason(last)}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.end());
  });
}

/** @returns whether search attributes had to be added */
async function prepare(server: Launched): Promise<boolean> {
  try {
    return await withConnection(server.address, async (connection) => {
      await setRetention(connection, server.namespace, RETENTION_DAYS);
      return (await ensureSearchAttributes(connection, server.namespace)).length > 0;
    });
  } catch (error) {
    await server.child.stop(STOP_GRACE_MS);
    throw new Error(`The Temporal server at ${server.address} could not be prepared: ${reason(error)}`, {
      cause: error,
    });
  }
}

async function withConnection<T>(address: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = Connection.lazy({ address, ...channelArgsOf(address) });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

function serverOf({ child, address, namespace, uiPort }: Launched, log: (line: string) => void): TemporalServer {
  let stopping = false;
  void child.ended.then((how) => {
    if (!stopping) log(`The Temporal server at ${address} ended by itself, with ${how}`);
  });
  return {
    address,
    namespace,
    ...(uiPort === undefined ? {} : { uiUrl: `http://127.0.0.1:${uiPort}` }),
    pid: child.pid,
    stop() {
      stopping = true;
      return child.stop(STOP_GRACE_MS);
    },
  };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
