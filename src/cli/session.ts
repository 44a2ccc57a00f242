/** A connection to Temporal, where and as the `temporal` command's own profile and variables say. */
import type { Client, Connection } from '@temporalio/client';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import type { ReversalClient } from '../client/contract.ts';
import { channelArgsOf } from '../lib/proxy.ts';
import { BadInput, CommandFailed, messageOf } from './errors.ts';

export interface Session {
  readonly address: string;
  readonly namespace: string;
  readonly connection: Connection;
  readonly temporal: Client;
  readonly reversals: ReversalClient;
}

/** How long a message may take that only a worker can answer. */
const WORKER_DEADLINE_MS = 15_000;
const CONNECT_TIMEOUT = '5 seconds';

export interface Target {
  readonly address: string;
  readonly namespace: string;
  readonly options: ClientConnectConfig['connectionOptions'];
}

/**
 * Reads `TEMPORAL_*` and the profile file.
 *
 * @throws BadInput when the profile cannot be read
 */
export async function temporalTarget(): Promise<Target> {
  const { loadClientConnectConfig } = await import('@temporalio/envconfig');
  try {
    const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
    const address = connectionOptions.address ?? 'localhost:7233';
    return { address, namespace, options: { ...connectionOptions, address } };
  } catch (error) {
    throw new BadInput(`The profile for Temporal cannot be read: ${messageOf(error)}`);
  }
}

export function unreachable({ address, namespace }: Target, error: unknown): CommandFailed {
  return new CommandFailed(
    `Temporal does not answer at ${address} (namespace ${namespace}): ${messageOf(error)}\n` +
      'Set TEMPORAL_ADDRESS, or TEMPORAL_PROFILE; `unwind demo` starts a server on this machine.',
  );
}

/** Connects, runs, and closes the connection again. What is sent is encrypted as the configuration says. */
export async function withSession<T>(
  use: (session: Session) => Promise<T>,
  connectTimeout: `${number} seconds` = CONNECT_TIMEOUT,
): Promise<T> {
  const target = await temporalTarget();
  const { Client, Connection } = await import('@temporalio/client');
  const { retriesWithinDeadline } = await import('../lib/grpc-retries.ts');
  const { createReversalClient } = await import('../client/client.ts');
  const { loadEncryption } = await import('../config/index.ts');
  const { address, namespace, options } = target;
  const codec = loadEncryption();
  const connection = await Connection.connect({
    ...channelArgsOf(address),
    ...options,
    connectTimeout,
    interceptors: [retriesWithinDeadline],
  }).catch((error) => {
    throw unreachable(target, error);
  });
  const temporal = new Client({
    connection,
    namespace,
    ...(codec && { dataConverter: { payloadCodecs: [codec] } }),
  });
  try {
    return await use({ address, namespace, connection, temporal, reversals: createReversalClient(temporal) });
  } finally {
    await connection.close();
  }
}

/** Runs a call that a worker has to answer; says so when none does. */
export async function answeredByWorker<T>(session: Session, provider: string, call: () => Promise<T>): Promise<T> {
  const { isGrpcCancelledError, isGrpcDeadlineError } = await import('@temporalio/client');
  const { taskQueueOf } = await import('../protocol/start.ts');
  try {
    return await session.temporal.withDeadline(Date.now() + WORKER_DEADLINE_MS, call);
  } catch (error) {
    if (!isGrpcDeadlineError(error) && !isGrpcCancelledError(error)) throw error;
    throw new CommandFailed(
      `No worker answered within ${WORKER_DEADLINE_MS / 1000} s. Check that one runs for queue ${taskQueueOf(provider)} (\`unwind worker\`). ` +
        'What was sent may still be applied when one starts.',
    );
  }
}
