/** What a namespace needs before reversals run in it: a longer retention, and the search attributes. */
import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { ATTRIBUTE_TYPES, SEARCH_ATTRIBUTES } from '../protocol/visibility.ts';

/**
 * The search attributes that the namespace lacks.
 *
 * @throws when one of them exists with another type
 */
export async function missingSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing: string[] = [];
  for (const { name, type } of Object.values(SEARCH_ATTRIBUTES)) {
    const there = customAttributes?.[name];
    const { flag, code } = ATTRIBUTE_TYPES[type];
    if (there === undefined) missing.push(name);
    else if (there !== code) throw new Error(`Search attribute ${name} of namespace ${namespace} is not a ${flag}`);
  }
  return missing;
}

/**
 * Adds the search attributes that the namespace lacks. Servers see them with a delay of up to some seconds.
 *
 * @returns the names that were added, empty when all were there
 * @throws when one of them exists with another type, or the server refuses
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length > 0) {
    const searchAttributes = Object.fromEntries(
      Object.values(SEARCH_ATTRIBUTES).flatMap(({ name, type }) =>
        missing.includes(name) ? [[name, ATTRIBUTE_TYPES[type].code]] : [],
      ),
    );
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  }
  return missing;
}

/** Sets for how many days closed workflows can still be read. The dev server's own default is one day. */
export async function setRetention(connection: Connection, namespace: string, days: number): Promise<void> {
  const { workflowService } = connection;
  const workflowExecutionRetentionTtl = msToTs(days * 24 * 60 * 60 * 1000);
  const { config } = await workflowService.describeNamespace({ namespace });
  if (config?.workflowExecutionRetentionTtl?.seconds?.eq(workflowExecutionRetentionTtl.seconds ?? 0)) return;
  await workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } });
}
