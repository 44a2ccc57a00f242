import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { BusinessFault, MoneyEntry, OrderSeed, SandboxHost } from '../../../src/sandbox/contract.ts';
import { createMoneyJournal } from '../../../src/sandbox/money.ts';
import { shouqianbaSystem } from '../../../src/sandbox/shouqianba/index.ts';

/** Noon in China, so that minutes before and after it are of the same day. */
export const NOON = Date.UTC(2026, 10, 20, 4);
export const HOUR = 3_600_000;
export const TOTAL = 1280;

const biz = z.looseObject({
  result_code: z.string().optional(),
  error_code: z.string().nullish(),
  terminal_key: z.string().optional(),
  data: z.looseObject({ order_status: z.string().optional() }).nullish(),
});
const replySchema = z.looseObject({
  result_code: z.union([z.string(), z.number()]),
  error_code: z.string().nullish(),
  biz_response: biz.optional(),
});
export type Reply = z.infer<typeof replySchema>;
export type Called = Reply & { readonly status: number; readonly executed: boolean; readonly authentic: boolean };

export interface CallOptions {
  readonly key?: string;
  readonly authorization?: string | null;
  readonly fault?: BusinessFault;
  readonly method?: string;
  /** The body as sent, in place of the fields. */
  readonly raw?: string | Buffer;
}

/** The gateway on a clock of the test's own, without sockets; requests are signed by this file's own few lines. */
export function bench(start = NOON) {
  let now = start;
  const timers: { readonly at: number; readonly run: () => void }[] = [];
  const journal = createMoneyJournal();
  const host: SandboxHost = {
    now: () => now,
    move: (entry) => journal.move({ ...entry, at: now, system: 'shouqianba' }),
    later: (ms, run) => void timers.push({ at: now + ms, run }),
    sleep: () => Promise.resolve(),
    notify: () => {},
  };
  const system = shouqianbaSystem(host);
  const creds = z
    .object({ terminalSn: z.string(), terminalKey: z.string(), deviceId: z.string() })
    .loose()
    .parse(system.credentials());

  /** Lets time pass, and whatever is due happen in its order. */
  function advance(ms: number): void {
    const end = now + ms;
    for (;;) {
      timers.sort((one, other) => one.at - other.at);
      const [next] = timers;
      if (next === undefined || next.at > end) break;
      timers.shift();
      now = next.at;
      next.run();
    }
    now = end;
  }

  async function call(path: string, fields: object, options: CallOptions = {}): Promise<Called> {
    const { key = creds.terminalKey, method = 'POST' } = options;
    const body = Buffer.from(options.raw ?? JSON.stringify({ terminal_sn: creds.terminalSn, ...fields }));
    const sign = createHash('md5')
      .update(Buffer.concat([body, Buffer.from(key)]))
      .digest('hex');
    const { authorization = `${creds.terminalSn} ${sign}` } = options;
    const headers = authorization === null ? {} : { authorization };
    const handled = await system.handle({ method, target: path, path, headers, body }, options.fault);
    const { status, executed, authentic } = handled;
    return { ...replySchema.parse(JSON.parse(String(handled.body))), status, executed, authentic };
  }

  const named = (verb: string) => (orderId: string, options?: CallOptions) =>
    call(`/upay/v2/${verb}`, { client_sn: orderId }, options);

  return {
    system,
    creds,
    advance,
    call,
    query: named('query'),
    cancel: named('cancel'),
    revoke: named('revoke'),
    refund(orderId: string, no: string, amount = TOTAL, options?: CallOptions) {
      const fields = { refund_request_no: no, refund_amount: String(amount), operator: 'op01' };
      return call('/upay/v2/refund', { client_sn: orderId, ...fields }, options);
    },
    checkin: (key: string, fault?: BusinessFault) =>
      call('/terminal/checkin', { device_id: creds.deviceId }, { key, ...(fault && { fault }) }),
    seed(orderId: string, state: string, flags: NonNullable<OrderSeed['flags']> = {}) {
      system.seed({ orderId, amount: TOTAL, state, paidMsAgo: 60_000, flags });
    },
    happen: (orderId: string, name: string, using: Record<string, string | number | boolean> = {}) =>
      system.happen(orderId, { name, with: using }),
    truth(orderId: string) {
      const truth = system.truth(orderId);
      if (truth === undefined) throw new Error(`${orderId} was never seeded`);
      return truth;
    },
    money: (): readonly MoneyEntry[] => journal.list(),
    sums: (orderId: string) => journal.sums('shouqianba', orderId),
  };
}

/** Layer 2 in one line: `CANCEL_SUCCESS CANCELED`, `FAIL UPAY_CANCEL_ORDER_NOOP`; or layer 1 when it refused. */
export function said(reply: Reply): string {
  if (reply.biz_response === undefined) return `${reply.result_code} ${reply.error_code}`;
  const { result_code, error_code, data } = reply.biz_response;
  return [result_code, error_code, data?.order_status].filter(Boolean).join(' ');
}
