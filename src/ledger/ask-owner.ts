/** Asks the process that owns an embedded ledger. */
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import type { OrderKey } from '../reversal/request.ts';
import { ANSWERS, GREETING, greeting, type LedgerReader, type Question, queryOf, refusal } from './questions.ts';
import { checkFolderOf, socketPathOf } from './socket-path.ts';

/** An owner that is busy answers late; one that was stopped (SIGSTOP) never does. */
const ANSWER_WITHIN_MS = 30_000;

/** Nobody listens there: no socket, one of a process that was killed, or of one that is ending. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET']);

/**
 * @returns undefined while nobody answers: the owner may be starting or ending
 * @throws when the owner is of another version, or this user may not ask it
 */
export async function askOwner(dataDir: string): Promise<LedgerReader | undefined> {
  const socketPath = socketPathOf(dataDir);
  checkFolderOf(socketPath, dataDir);
  try {
    const { version } = await ask(socketPath, '/', {}, greeting);
    if (version !== GREETING.version) throw new Error('The process that owns the ledger is of another version.');
  } catch (error) {
    if (error instanceof Error && 'code' in error && NOBODY.has(String(error.code))) return undefined;
    throw error;
  }
  const about = ({ provider, account, orderId }: OrderKey) => ({ provider, account, orderId });
  return {
    reversal: async (order) =>
      (await ask(socketPath, '/reversal', about(order), ANSWERS.reversal)).reversal ?? undefined,
    acts: (order, query) => ask(socketPath, '/acts', { ...about(order), ...query }, ANSWERS.acts),
    journal: (order, query) => ask(socketPath, '/journal', { ...about(order), ...query }, ANSWERS.journal),
    deliveries: (order, query) => ask(socketPath, '/deliveries', { ...about(order), ...query }, ANSWERS.deliveries),
    list: (filter) => ask(socketPath, '/list', filter, ANSWERS.list),
    close: async () => {},
  };
}

async function ask<T>(socketPath: string, path: string, question: Question, answer: z.ZodType<T>): Promise<T> {
  const { status, body } = await fetched(socketPath, `${path}?${new URLSearchParams(queryOf(question))}`);
  if (status === 200) return understood(answer, body);
  const problems = understood(refusal, body).problems.join('; ');
  if (status === 400) throw new RangeError(problems);
  throw new Error(`The process that owns the ledger cannot answer: ${problems}`);
}

function understood<T>(schema: z.ZodType<T>, body: string): T {
  try {
    return schema.parse(JSON.parse(body));
  } catch (cause) {
    throw new Error('The process that owns the ledger answers what this version does not understand.', { cause });
  }
}

function fetched(socketPath: string, path: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const request = get({ socketPath, path, agent: false }, (response) => {
      text(response)
        .then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
        .finally(() => clearTimeout(timer));
    });
    const timer = setTimeout(() => {
      reject(new Error(`The process that owns the ledger has not answered for ${ANSWER_WITHIN_MS / 1000} s.`));
      request.destroy();
    }, ANSWER_WITHIN_MS);
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
