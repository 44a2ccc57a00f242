import { request } from 'undici';
import type { Clock } from './clock.ts';
import type { Delivered, NoticeAbout, NoticeWish, SandboxSystem } from './contract.ts';
import type { RequestLog } from './log.ts';

/** The notifications of one system to the merchant: sent by itself or on demand, and written into the request log. */
export interface NoticeBook {
  add(orderId: string, notifyUrl: string): void;
  /** The gateway's own: sent soon, and again in its own rhythm until it is taken. Nothing without a `notifyUrl`. */
  due(orderId: string, about: NoticeAbout): void;
  /** Now and once. Rejects when the order has no `notifyUrl`, or the system notifies nobody. */
  send(orderId: string, wish: NoticeWish): Promise<Delivered>;
  /** Ends what is on its way. */
  stop(): void;
}

export interface NoticeBookOptions {
  readonly system: SandboxSystem;
  readonly name: string;
  readonly clock: Pick<Clock, 'now' | 'later'>;
  readonly log: RequestLog;
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER = 200;

export function createNoticeBook({ system, name, clock, log }: NoticeBookOptions): NoticeBook {
  const urls = new Map<string, string>();
  const sent = new Map<string, number>();
  const stopped = new AbortController();

  /** Undefined: no answer. Whom a merchant's server refuses, a gateway does not reach, and that is no defect. */
  async function post(url: string, headers: Readonly<Record<string, string>>, body: string) {
    try {
      const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const reply = await request(url, { method: 'POST', headers, body, signal });
      return { status: reply.statusCode, body: (await reply.body.text()).slice(0, MAX_ANSWER) };
    } catch {
      return undefined;
    }
  }

  async function send(orderId: string, wish: NoticeWish): Promise<Delivered> {
    const url = urls.get(orderId);
    if (url === undefined) throw new Error(`${name}: order ${orderId} has no notifyUrl`);
    if (system.notices === undefined) throw new Error(`${name} sends no notifications`);
    const { headers, body } = system.notices.write(orderId, wish);
    const nth = (sent.get(orderId) ?? 0) + 1;
    sent.set(orderId, nth);
    const call = { at: clock.now(), system: name, operation: 'notify', orderId, nth, executed: false } as const;
    const entry = log.open({ ...call, authentic: wish.forged === undefined });
    const answer = await post(url, headers, body);
    if (answer === undefined) return { taken: false };
    entry.answeredAt = clock.now();
    entry.code = `${answer.status} ${answer.body}`;
    return { ...answer, taken: answer.body.trim() === system.notices.takenBy };
  }

  function deliver(orderId: string, about: NoticeAbout, waits: readonly number[]): void {
    const [wait, ...rest] = waits;
    if (wait === undefined) return;
    clock.later(wait, () => {
      void send(orderId, { about }).then(({ taken }) => {
        if (!taken) deliver(orderId, about, rest);
      });
    });
  }

  return {
    add: (orderId, notifyUrl) => void urls.set(orderId, notifyUrl),
    due(orderId, about) {
      if (system.notices !== undefined && urls.has(orderId))
        deliver(orderId, about, [0, ...system.notices.againAfterMs]);
    },
    send,
    stop: () => stopped.abort(),
  };
}
