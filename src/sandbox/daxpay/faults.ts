import type { BusinessFault } from '../contract.ts';
import type { ChannelFault } from './call.ts';
import { type Outcome, refused, thrown } from './outcome.ts';
import type { Profile } from './profiles/profile.ts';
import type { JsonObject } from './wire/json.ts';

/** What a business fault does to a call that passed the checks. */
export interface Effect {
  /** Whether the operation runs. */
  readonly runs: boolean;
  /** The request waits so long for a thread or a database connection before it is checked (real 27). */
  readonly queuedMs?: number;
  /** The server hangs so long first. */
  readonly delayMs?: number;
  readonly channel?: ChannelFault;
  /** Another outcome in place of the real one. */
  answer?(outcome: Outcome | undefined): Outcome;
  readonly signature?: 'wrong' | 'none';
  /** Validly signed so long ago, or ahead of now when negative: an answer of any age. */
  readonly signedMsAgo?: number;
  readonly page?: 'springError' | 'seedBody';
  /** Signature and time are not looked at, as in a build with the wrong class order (real 1). */
  readonly unchecked?: true;
}

type Maker = (fault: BusinessFault, profile: Profile) => Effect;

const envelopeFault =
  (effect: Omit<Effect, 'runs'>): Maker =>
  (fault) => ({ runs: fault.execute ?? true, ...effect });
const codeFault =
  (outcome: (fault: BusinessFault, profile: Profile) => Outcome): Maker =>
  (fault, profile) => ({ runs: fault.execute ?? false, answer: () => outcome(fault, profile) });

const makers: Readonly<Record<string, Maker>> = {
  wrongSignature: envelopeFault({ signature: 'wrong' }),
  noSignature: envelopeFault({ signature: 'none' }),
  signedMsAgo: (fault) => ({ runs: fault.execute ?? true, signedMsAgo: msOf(fault, 60_000) }),
  otherOrder: (fault) => ({ runs: fault.execute ?? true, answer: (outcome) => aboutAnotherOrder(outcome, fault) }),
  seedBody: envelopeFault({ page: 'seedBody' }),
  checksOff: () => ({ runs: true, unchecked: true }),
  springError500: (fault) => ({ runs: fault.execute ?? false, page: 'springError' }),
  nullMsg: codeFault((_fault, profile) => thrown(profile.systemError, null)),
  dataCode1: codeFault((fault) => refused(1, textOf(fault, '关闭订单失败'))),

  // `execute` says what the channel did; DaxPay itself runs in any case.
  channelDown: (fault) => ({ runs: true, channel: { kind: 'down', executes: fault.execute ?? false } }),
  channelRefuses: (fault) => ({ runs: true, channel: { kind: 'refuses', text: textOf(fault, '系统错误') } }),
  slowChannel: (fault) => ({ runs: true, channel: { kind: 'slow', ms: msOf(fault, 15_000) } }),

  // Redis down: a minute, then an error without a word; Redis hung: the call is executed when it comes back (real 8).
  hang: (fault, profile) => {
    const runs = fault.execute ?? false;
    const delayMs = msOf(fault, 60_000);
    return runs ? { runs, delayMs } : { runs, delayMs, answer: () => thrown(profile.systemError, null) };
  },
  busy: (fault) => ({ runs: true, queuedMs: msOf(fault, 12_000) }),
  databaseDown: (fault, profile) => ({
    runs: false,
    delayMs: msOf(fault, 30_000),
    answer: () => thrown(profile.systemError, NO_CONNECTION),
  }),
};

const NO_CONNECTION =
  'nested exception is org.apache.ibatis.exceptions.PersistenceException: \n### Error querying database.  Cause: ' +
  'org.springframework.jdbc.CannotGetJdbcConnectionException: Failed to obtain JDBC Connection';

/** Raised inside the controller of E and F, so signed there; in C every outer code is unsigned (spec 2.3). */
const SIGNED_CODES = new Set([10405, 10507, 20030, 20041, 20043, 20044, 20045, 20080]);
const TEXTS: Readonly<Record<number, string>> = {
  10001: '系统错误',
  10007: '支付订单已在关闭中，请勿重复发起',
  10008: '数据不存在或者已过期',
  10408: '随机数不能为空',
  10409: '请求重复',
  10410: '请求时间超出允许范围',
  10500: '系统错误',
  10507: '支付同步处理中，请勿重复操作',
  20023: '支付接口未启用',
  20030: '不支持的能力',
  20043: '支付订单已在关闭中，请勿重复发起',
  20044: '订单不是支付中, 无法进行关闭订单',
  20045: '微信关闭订单失败',
  20052: '验签失败',
  20080: '关闭订单失败',
};

export function effectOf(fault: BusinessFault | undefined, profile: Profile): Effect {
  if (fault === undefined) return { runs: true };
  const maker = /^\d{5}$/.test(fault.name) ? codeFault(outerCode) : makers[fault.name];
  if (maker === undefined) throw new Error(`${profile.name} knows no business fault ${fault.name}`);
  return maker(fault, profile);
}

function outerCode(fault: BusinessFault, profile: Profile): Outcome {
  const code = Number(fault.name);
  const text = textOf(fault, TEXTS[code] ?? '系统错误');
  return SIGNED_CODES.has(code) && profile.name !== 'daxpay-c' ? refused(code, text) : thrown(code, text);
}

function aboutAnotherOrder(outcome: Outcome | undefined, fault: BusinessFault): Outcome {
  if (outcome?.kind !== 'done' || outcome.data === undefined) return outcome ?? { kind: 'done' };
  const other: Record<string, string> = {};
  for (const name of ['bizOrderNo', 'orderNo', 'tradeNo']) {
    if (name in outcome.data) other[name] = `${fault.with?.prefix ?? 'OTHER'}${String(outcome.data[name])}`;
  }
  return { ...outcome, data: { ...outcome.data, ...other } };
}

/** The bodies that the documentation prints under success: nothing in them can be verified (spec 0.3). */
export function seedBody(traceId: string): JsonObject {
  return { msg: '', code: 0, sign: '', traceId };
}

function textOf(fault: BusinessFault, otherwise: string): string {
  return String(fault.with?.msg ?? otherwise);
}

function msOf(fault: BusinessFault, otherwise: number): number {
  return Number(fault.with?.ms ?? otherwise);
}
