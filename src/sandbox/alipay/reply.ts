/** Members of an answer beyond its code. */
export type Fields = Readonly<Record<string, unknown>>;

/** An answer before it takes the form of one protocol. */
export type Reply =
  | { readonly ok: true; readonly fields: Fields }
  | {
      readonly ok: false;
      /** `ACQ.…`, or a gateway code with its `isv.`, `isp.` or `aop.` as the classic protocol has it. */
      readonly code: string;
      readonly message?: string;
      readonly fields: Fields;
      /** Seen in the wild: an unknown app id is answered without a signature. */
      readonly unsigned?: boolean;
      /** Of v3, where it differs from the table. */
      readonly status?: number;
    };

export function success(fields: Fields): Reply {
  return { ok: true, fields };
}

export function refusal(code: string, fields: Fields = {}): Reply & { ok: false } {
  return { ok: false, code, fields };
}

const messages: Readonly<Record<string, string>> = {
  'ACQ.TRADE_NOT_EXIST': '交易不存在',
  'ACQ.SYSTEM_ERROR': '系统错误',
  'AQC.SYSTEM_ERROR': '系统错误',
  'ACQ.INVALID_PARAMETER': '参数无效',
  'ACQ.SELLER_BALANCE_NOT_ENOUGH': '卖家余额不足',
  'ACQ.REASON_TRADE_BEEN_FREEZEN': '交易已经被冻结',
  'ACQ.TRADE_CANCEL_TIME_OUT': '超过撤销时间范围',
  'ACQ.TRADE_HAS_FINISHED': '交易已经完成',
  'ACQ.REASON_TRADE_REFUND_FEE_ERR': '退款金额无效',
  'ACQ.CANCEL_NOT_ALLOWED': '交易不允许撤销',
  'ACQ.TRADE_STATUS_ERROR': '交易状态不合法',
  'ACQ.TRADE_HAS_CLOSE': '交易已经关闭',
  'ACQ.DISCORDANT_REPEAT_REQUEST': '请求信息不一致',
  'isp.unknow-error': '系统繁忙',
  'aop.unknow-error': '系统繁忙',
};

export function messageOf(reply: Reply & { ok: false }): string {
  return reply.message ?? messages[reply.code] ?? `${reply.code} (sandbox)`;
}

/** The code without its prefix, as v3 shows gateway codes. Business codes keep theirs. */
export function bareCode(code: string): string {
  return code.replace(/^(isv|isp|aop)\./, '');
}

interface CodeClass {
  readonly of: RegExp;
  readonly code: string;
  readonly msg: string;
  readonly status: number;
}

/** Bare code → classic `code` and `msg`, v3 status. The first that fits. */
const classes: readonly CodeClass[] = [
  { of: /^unknow-error$/, code: '20000', msg: 'Service Currently Unavailable', status: 500 },
  { of: /^(ACQ|AQC)\./, code: '40004', msg: 'Business Failed', status: 400 },
  {
    of: /^(missing-signature-config|invalid-auth-relations)$/,
    code: '40003',
    msg: 'Insufficient Conditions',
    status: 400,
  },
  { of: /^decryption-error-/, code: '40003', msg: 'Insufficient Conditions', status: 400 },
  { of: /^missing-/, code: '40001', msg: 'Missing Required Arguments', status: 400 },
  { of: /-call-limited$/, code: '40005', msg: 'Call Limited', status: 429 },
  { of: /(-permissions|^self-invoke-forbidden)$/, code: '40006', msg: 'Insufficient Permissions', status: 403 },
  { of: /auth-token|^no-product-reg-/, code: '20001', msg: 'Insufficient Token Permissions', status: 401 },
  { of: /^/, code: '40002', msg: 'Invalid Arguments', status: 400 },
];

/** `aop.ACQ.SYSTEM_ERROR` is the gateway's own trouble (20000), `ACQ.SYSTEM_ERROR` the business's (40004). */
export function classOf(code: string): CodeClass {
  const key = code === 'aop.ACQ.SYSTEM_ERROR' ? 'unknow-error' : bareCode(code);
  const found = classes.find((entry) => entry.of.test(key));
  if (found === undefined) throw new Error(`no class for ${code}`);
  return found;
}
