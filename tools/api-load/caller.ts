/** One client of the load run: sends what a story says, asks until there is an end, and keeps every answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { z } from 'zod';
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

export interface Caller {
  /** Plays story after story until that time. */
  play(until: number): Promise<void>;
}

const AMOUNT = 1280;
const WAIT = '10s';

/** A connection a client, as a till has. */
export function callers(plant: Plant, count: number, played: Played[]): Caller[] {
  let made = 0;
  return Array.from({ length: count }, (_, index) => {
    const dispatcher = new Agent({ connections: 4, pipelining: 1, headersTimeout: 60_000 });
    const call = async (kind: Answered['kind'], method: 'GET' | 'POST', path: string, sent?: unknown) => {
      const at = Date.now();
      const answer = await request(`${plant.base}${path}`, {
        method,
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
    return {
      async play(until) {
        for (let turn = index; Date.now() < until; turn += 1) {
          const story = STORIES[turn % STORIES.length];
          if (story === undefined) return;
          made += 1;
          const orderId = `L${made}`;
          const one: Played = { orderId, story, answers: [] };
          played.push(one);
          if (story.state !== undefined) {
            plant.sandbox.seed('alipay', { orderId, amount: AMOUNT, state: story.state, createdMsAgo: 600_000 });
          }
          const order = { provider: 'alipay', account: 'alipay-v3', orderId, currency: 'CNY', method: 'barcode' };
          const attemptedAt = new Date(Date.now() - 600_000).toISOString();
          const post = async (more: object) => {
            for (;;) {
              const sent = { ...order, amount: AMOUNT, attemptedAt, ...more };
              const answer = await call('post', 'POST', `/v1/reversals?wait=${WAIT}`, sent);
              one.answers.push(answer);
              // As the answer says: nothing happens twice.
              if (answer.code !== 503) return;
              await sleep(1000);
            }
          };
          await Promise.all(story.requests.map(post));
          if (story.wrongAmount) {
            const sent = { ...order, attemptedAt, reason: 'void', amount: 1 };
            one.answers.push(await call('wrong amount', 'POST', '/v1/reversals?wait=5s', sent));
          }
          one.answers.push(await call('get', 'GET', `/v1/reversals/alipay/alipay-v3/${orderId}`));
        }
        await dispatcher.close();
      },
    };
  });
}
