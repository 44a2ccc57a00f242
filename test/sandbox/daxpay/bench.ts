import { randomUUID } from 'node:crypto';
import type {
  BusinessFault,
  OrderSeed,
  SandboxHost,
  SandboxRequest,
  SystemFactory,
} from '../../../src/sandbox/contract.ts';
import type { JsonObject } from '../../../src/sandbox/daxpay/wire/json.ts';
import { rsaSign, rsaVerify } from '../../../src/sandbox/daxpay/wire/sign-rsa.ts';
import { secretSign } from '../../../src/sandbox/daxpay/wire/sign-secret.ts';
import { wallTime } from '../../../src/sandbox/daxpay/wire/time.ts';
import { createMoneyJournal } from '../../../src/sandbox/money.ts';

/** A clock that stands still until it is told, and the money journal of the real sandbox. */
export function createBenchHost(start = Date.UTC(2026, 10, 20, 4)) {
  let now = start;
  const timers: { at: number; run: () => void }[] = [];
  const money = createMoneyJournal();
  const host: SandboxHost = {
    now: () => now,
    later: (ms, run) => void timers.push({ at: now + ms, run }),
    sleep: (ms) => (ms <= 0 ? Promise.resolve() : new Promise((resolve) => host.later(ms, resolve))),
    move: (entry) => money.move({ ...entry, at: now, system: 'daxpay' }),
    notify: () => {},
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    host,
    money: (orderId: string) => money.sums('daxpay', orderId),
    setTime(ms: number) {
      now = ms;
    },
    async advance(ms: number) {
      await settle();
      const end = now + ms;
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers.splice(timers.indexOf(next), 1);
        now = next.at;
        next.run();
        await settle();
      }
      now = end;
    },
  };
}

export interface Said {
  readonly status: number;
  readonly text: string;
  readonly body: JsonObject & { code?: number; msg?: string | null; data?: JsonObject | null };
  readonly executed: boolean;
  readonly authentic: boolean;
}

export function request(path: string, body: string, method = 'POST', type = 'application/json'): SandboxRequest {
  return { method, target: path, path, headers: { 'content-type': type }, body: Buffer.from(body) };
}

/** A system on that clock, with a merchant that signs as its profile asks. */
export function openBench(factory: SystemFactory, start?: number) {
  const clock = createBenchHost(start);
  const system = factory(clock.host);
  const keys = system.credentials();
  const profile = system.name;

  async function raw(sent: SandboxRequest, fault?: BusinessFault): Promise<Said> {
    const { status, body, executed, authentic } = await system.handle(sent, fault);
    const text = body.toString();
    return { status, text, body: JSON.parse(text), executed, authentic };
  }

  function stamped(members: JsonObject): JsonObject {
    const now = clock.host.now();
    if (profile === 'daxpay-c') return { ...members, reqTime: Math.floor(now / 1000) };
    const common = { mchNo: keys.mchNo ?? '', appId: keys.appId ?? '', reqTime: wallTime(now) };
    if (profile === 'daxpay-e') return { ...members, ...common };
    return { ...members, ...common, reqId: 'R1', nonceStr: randomUUID().replaceAll('-', '') };
  }

  function sign(members: JsonObject): string {
    if (profile === 'daxpay-f') return rsaSign(members, keys.privateKey ?? '');
    const upperCase = profile === 'daxpay-e';
    return secretSign(members, { secret: keys.secret ?? '', signType: 'HMAC_SHA256', upperCase });
  }

  function send(path: string, members: JsonObject, fault?: BusinessFault): Promise<Said> {
    const stampedMembers = stamped(members);
    return raw(request(path, JSON.stringify({ ...stampedMembers, sign: sign(stampedMembers) })), fault);
  }

  /** Whether the answer bears the platform's signature; undefined when it bears none. */
  function verified({ body }: Said): boolean | undefined {
    const signed: JsonObject = profile === 'daxpay-c' ? (body.data ?? {}) : body;
    if (typeof signed.sign !== 'string') return undefined;
    const { sign: signature, ...members } = signed;
    return profile === 'daxpay-f'
      ? rsaVerify(members, signature, keys.platformPublicKey ?? '')
      : sign(members) === signature;
  }

  /** One word for an answer: `0`, `1` (C's `data.code`), `20044`, with `!` when it is not signed. */
  function word(said: Said): string {
    const code = (profile === 'daxpay-c' ? said.body.data?.code : undefined) ?? said.body.code;
    return `${String(code)}${verified(said) === true ? '' : '!'}`;
  }

  return {
    ...clock,
    system,
    keys,
    verified,
    word,
    async callRaw(path: string, body: string): Promise<Said> {
      const answer = raw(request(path, body));
      await clock.advance(200);
      return answer;
    },
    /** A call that is answered while the clock runs on. */
    async call(path: string, members: JsonObject, fault?: BusinessFault): Promise<Said> {
      const answer = send(path, members, fault);
      await clock.advance(200);
      return answer;
    },
    raw,
    stamped,
    sign,
    send,
    seed: (seed: Partial<OrderSeed> & { orderId: string; state: string }) => system.seed({ amount: 1000, ...seed }),
    happen: (orderId: string, name: string, how: Record<string, string | number | boolean> = {}) =>
      system.happen(orderId, { name, with: how }),
    state: (orderId: string) => system.truth(orderId)?.state,
  };
}

export type Bench = ReturnType<typeof openBench>;
