import { type Refusal, refused, thrown } from '../outcome.ts';

/** Why something is refused. A profile says with which code, in which words, and whether the answer is signed. */
export type Reason = keyof typeof refusalsC;
export type Refusals = Readonly<Record<Reason, Refusal>>;

const invalid = (text: string): string => `验证参数错误\n${text}`;
const SYNC_FIRST = '当前交易无法关闭操作, 请对订单同步状态后再进行操作';
const NOT_CLOSABLE = '订单不是支付中, 无法进行关闭订单';
const CLOSE_BUSY = '支付订单已在关闭中，请勿重复发起';
const SYNC_BUSY = '支付同步处理中，请勿重复操作';
const TOO_MUCH = '退款金额不能大于支付金额';
const REFUND_REPEAT = '只有失败状态的才可以重新发起退款';
const NO_IDS = '业务号或支付单ID不能都为空';
const NO_REFUND_IDS = '退款号或商户退款号不能都为空';
/** MySQL's script makes the column NOT NULL, so a sync without an answer dies in its own record (real 4.6). */
const SYNC_INFO =
  "\n### Error updating database.  Cause: java.sql.SQLException: Field 'sync_info' doesn't have a default value\n" +
  '### The error may exist in cn/daxpay/single/service/core/record/sync/dao/PaySyncRecordMapper.java (best guess)';

/** C knows no codes for business errors: `data.code` is always 1 (spec 2.3). Texts as recorded from tag 2.0.8. */
export const refusalsC = {
  unreadable: thrown(10005, null),
  signature: thrown(20052, '验签失败'),
  expired: thrown(10006, invalid('请求已过期，请重新发送！')),
  early: thrown(10006, invalid('请求时间晚于服务器接收到的时间，请检查')),
  nonceMissing: thrown(10006, null),
  nonceUsed: thrown(10006, null),
  merchant: thrown(10006, null),
  idsMissing: thrown(10006, invalid(NO_IDS)),
  actIdsMissing: refused(1, '支付订单不存在'),
  notFound: refused(1, '支付订单不存在'),
  closeStatus: refused(1, NOT_CLOSABLE),
  cancelStatus: refused(1, '订单不是支付中, 无法进行撤销订单'),
  closeBusy: thrown(10007, CLOSE_BUSY),
  cancelBusy: thrown(10007, '支付订单已在撤销中，请勿重复发起'),
  closeFailed: refused(1, '关闭订单失败'),
  cancelFailed: refused(1, '撤销订单失败'),
  closeUnsupported: refused(1, '不支持的能力'),
  cancelUnsupported: refused(1, '撤销订单失败'),
  closeNotClosable: refused(1, SYNC_FIRST),
  cancelNotClosable: refused(1, '撤销订单失败'),
  syncStatus: refused(1, '支付订单不需要同步'),
  syncUnsupported: refused(1, '支付订单不需要同步'),
  syncBusy: thrown(10007, SYNC_BUSY),
  syncLost: thrown(10001, SYNC_INFO),
  stale: thrown(10008, '数据不存在或者已过期'),
  refundOrderMissing: thrown(10010, '支付订单不存在'),
  refundIdsMissing: thrown(10006, invalid(NO_REFUND_IDS)),
  refundNotFound: refused(1, '退款订单不存在'),
  refundSyncNotFound: refused(1, '未查询到退款订单'),
  refundSyncUnknown: refused(1, '支付宝网关退款未成功'),
  refundStatus: refused(1, '当前支付单状态不允许发起退款操作'),
  refundRunning: refused(1, '当前支付单退款状态[退款中]不允许发起退款操作'),
  refundOver: refused(1, '当前支付单退款状态[全部退款]不允许发起退款操作'),
  refundRepeat: refused(1, REFUND_REPEAT),
  refundTooMuch: thrown(10006, invalid(TOO_MUCH)),
  refundBusy: refused(1, '退款处理中，请勿重复操作'),
};

export const refusalsE: Refusals = {
  ...refusalsC,
  unreadable: thrown(10505, null),
  merchant: thrown(10405, '商户或应用不存在'),
  idsMissing: refused(10506, invalid('支付订单号不能都为空')),
  actIdsMissing: refused(10506, invalid('支付订单号不能都为空')),
  notFound: refused(20041, '支付订单不存在'),
  closeStatus: refused(20044, NOT_CLOSABLE),
  cancelStatus: refused(20044, NOT_CLOSABLE),
  closeBusy: refused(20043, CLOSE_BUSY),
  cancelBusy: refused(20043, CLOSE_BUSY),
  closeFailed: refused(20080, '关闭订单失败'),
  cancelFailed: refused(20080, '关闭订单失败'),
  closeUnsupported: refused(20030, '不支持的能力'),
  cancelUnsupported: refused(20030, '不支持的能力'),
  // The same code as for a wrong status: only a look tells the two apart (spec 4.5).
  closeNotClosable: refused(20044, SYNC_FIRST),
  cancelNotClosable: refused(20044, SYNC_FIRST),
  syncStatus: refused(20044, '支付订单状态不允许同步'),
  syncUnsupported: refused(20030, '不支持的能力'),
  syncBusy: refused(10507, SYNC_BUSY),
  syncLost: thrown(10500, '系统错误'),
  stale: thrown(10500, '数据不存在或者已过期'),
  refundOrderMissing: refused(10405, '支付订单不存在'),
  refundIdsMissing: refused(10506, invalid(NO_REFUND_IDS)),
  refundNotFound: refused(20041, '退款订单不存在'),
  refundStatus: refused(20044, '当前支付单状态不允许发起退款操作'),
  refundRunning: refused(20044, '当前支付单退款状态[退款中]不允许发起退款操作'),
  refundOver: refused(20044, '当前支付单退款状态[全部退款]不允许发起退款操作'),
  refundRepeat: refused(20044, REFUND_REPEAT),
  refundTooMuch: refused(10506, invalid(TOO_MUCH)),
  refundBusy: refused(20043, '退款处理中，请勿重复操作'),
};

export const refusalsF: Refusals = {
  ...refusalsE,
  expired: thrown(10410, '请求时间超出允许范围'),
  early: thrown(10410, '请求时间超出允许范围'),
  nonceMissing: thrown(10408, '随机数不能为空'),
  nonceUsed: thrown(10409, '请求重复'),
  // Missing ids, a missing order and a busy lock all look alike (spec 4.4).
  notFound: refused(10506, invalid('支付订单不存在')),
  closeBusy: refused(10506, invalid('支付订单正在处理中')),
  cancelBusy: refused(10506, invalid('支付订单正在处理中')),
  closeFailed: refused(1, '关闭订单失败'),
  cancelFailed: refused(1, '关闭订单失败'),
};
