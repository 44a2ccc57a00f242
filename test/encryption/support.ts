/** What the suites of encryption share: keys, clients that have some of them, and what a history on the server shows. */
import { randomBytes } from 'node:crypto';
import { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { decodeProtectedHeader } from 'jose';
import { createReversalClient } from '../../src/client/client.ts';
import type { ReversalClient } from '../../src/client/contract.ts';
import { EncryptionCodec } from '../../src/encryption/codec.ts';
import type { EncryptionKey } from '../../src/encryption/key.ts';
import type { World } from '../workflows/support.ts';

const newKey = (id: string) => ({ id, key: randomBytes(32).toString('base64') });
export const [A, B, C] = [newKey('2026-11'), newKey('2026-12'), newKey('elsewhere')] as const;
export const codecOf = (...keys: readonly EncryptionKey[]) => new EncryptionCodec({ keys });

/** A client of its own on the stand's connection. */
export function clientWith({ stand, server }: World, payloadCodec?: EncryptionCodec): ClientOfTests {
  const temporalClient = new Client({
    connection: stand.temporal.connection,
    namespace: server.namespace,
    ...(payloadCodec && { dataConverter: { payloadCodecs: [payloadCodec] } }),
  });
  return { temporal: temporalClient, reversals: createReversalClient(temporalClient) };
}

export interface ClientOfTests {
  readonly temporal: Client;
  readonly reversals: ReversalClient;
}

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

export async function eventsOf({ stand }: World, workflowId: string): Promise<readonly HistoryEvent[]> {
  return (await stand.temporal.workflow.getHandle(workflowId).fetchHistory()).events ?? [];
}

/** Every text in it, with its place; bytes count as the text that they hold. */
export function textsOf(value: unknown, path = ''): readonly { readonly path: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (value instanceof Uint8Array) return [{ path, text: Buffer.from(value).toString() }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => textsOf(part, path === '' ? key : `${path}.${key}`));
}

/** Search attributes, which the server reads, and what the SDK notes of a local activity: its name, number and times. */
const NEVER_ENCODED: ReadonlySet<string> = new Set(['searchAttributes', 'data']);

/** How the payloads of a history are encoded: `plain`, or the id of the key for those that are encrypted. */
export function encodingsOf(events: readonly HistoryEvent[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    if ('metadata' in value && 'data' in value) {
      const { metadata, data } = value as temporal.api.common.v1.IPayload;
      const encoding = Buffer.from(metadata?.encoding ?? []).toString();
      if (encoding !== 'application/jose') found.add('plain');
      else found.add(String(decodeProtectedHeader(Buffer.from(data ?? []).toString()).kid));
      return;
    }
    for (const [key, part] of Object.entries(value)) if (!NEVER_ENCODED.has(key)) visit(part);
  };
  visit(events);
  return found;
}

/** Why workflow tasks failed. */
export const taskFailuresOf = (events: readonly HistoryEvent[]): readonly string[] =>
  events.flatMap(({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? []);
