/**
 * The clients of the load run: each sends one request at a time, on a connection of its own, then looks. The requests of
 * one order follow one another closely, so that different clients send its duplicates and joins at the same time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { Plant } from './plant.ts';
import { STORIES, type Story } from './stories.ts';

const body = z.looseObject({
  type: z.string().optional(),
  status: z.union([z.string(), z.number()]).optional(),
  verdict: z.string().optional(),
  finalAction: z.string().optional(),
});

export interface Answered {
  readonly kind: 'post' | 'get' | 'wrong amount';
  readonly at: number;
  readonly ms: number;
  readonly code: number;
  readonly told: z.infer<typeof body>;
}

export interface Played {
  readonly orderId: string;
  readonly story: Story;
  readonly answers: Answered[];
}

const AMOUNT = 1280;
const WAIT = '10s';
/** As the answer says: nothing happens twice. */
const AGAIN_AFTER_MS = 1000;

interface Errand {
  readonly order: Played;
  readonly kind: 'post' | 'wrong amount';
  readonly request: Readonly<Record<string, unknown>>;
}

/** Order after order, without an end. */
function* errands(sandbox: Sandbox, played: Played[]): Generator<Errand, never> {
  for (let made = 1; ; made += 1) {
    const story = STORIES[made % STORIES.length];
    if (story === undefined) throw new Error('there are no stories');
    const orderId = `L${made}`;
    const order: Played = { orderId, story, answers: [] };
    played.push(order);
    if (story.state !== undefined) {
      sandbox.seed('alipay', { orderId, amount: AMOUNT, state: story.state, createdMsAgo: 600_000 });
    }
    const attemptedAt = new Date(Date.now() - 600_000).toISOString();
    const common = {
      provider: 'alipay',
      account: 'alipay-v3',
      orderId,
      currency: 'CNY',
      method: 'barcode',
      attemptedAt,
    };
    for (const more of story.requests) yield { order, kind: 'post', request: { ...common, amount: AMOUNT, ...more } };
    if (story.wrongAmount) yield { order, kind: 'wrong amount', request: { ...common, reason: 'void', amount: 1 } };
  }
}

/** Runs so many clients until that time. */
export async function runClients(plant: Plant, clients: number, until: number): Promise<readonly Played[]> {
  const played: Played[] = [];
  const work = errands(plant.sandbox, played);
  await Promise.all(Array.from({ length: clients }, () => client(plant, work, until)));
  return played;
}

async function client(plant: Plant, work: Iterator<Errand, never>, until: number): Promise<void> {
  const dispatcher = new Agent({ connections: 1, pipelining: 1, headersTimeout: 60_000 });
  const call = async (kind: Answered['kind'], path: string, sent?: unknown): Promise<Answered> => {
    const at = Date.now();
    const answer = await request(`${plant.base}${path}`, {
      method: sent === undefined ? 'GET' : 'POST',
      dispatcher,
      headers: {
        authorization: `Bearer ${plant.key}`,
        ...(sent !== undefined && { 'content-type': 'application/json' }),
      },
      ...(sent !== undefined && { body: JSON.stringify(sent) }),
    });
    const told = body.parse(await answer.body.json());
    return { kind, at, ms: Date.now() - at, code: answer.statusCode, told };
  };
  while (Date.now() < until) {
    const { order, kind, request: sent } = work.next().value;
    for (;;) {
      const answer = await call(kind, `/v1/reversals?wait=${WAIT}`, sent);
      order.answers.push(answer);
      if (answer.code !== 503) break;
      await sleep(AGAIN_AFTER_MS);
    }
    order.answers.push(await call('get', `/v1/reversals/alipay/alipay-v3/${order.orderId}`));
  }
  await dispatcher.close();
}
