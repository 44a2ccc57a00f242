import { type Call, refuse } from './call.ts';
import { askChannel, type ChannelError, LOST } from './channel.ts';
import { channelView, type View } from './channel-view.ts';
import type { Row } from './order.ts';
import { type Outcome, refused, thrown } from './outcome.ts';
import type { Repair } from './profiles/profile.ts';

/** Asks the channel and brings the local order in line, within what the profile allows (spec 4.6, real 2 to 5). */
export async function sync(call: Call, read: Row): Promise<Outcome> {
  const { desk, order } = call;
  const rules = desk.profile.sync;
  const { channel, lockLeaseMs, lockWaitMs } = order.facts.flags;
  if (rules.refuses.includes(read.status)) return refuse(call, 'syncStatus');
  if (channel === 'wallet_pay') return refuse(call, 'syncUnsupported');
  const release = await desk.locks.take({
    key: `${rules.lockKey}${order.facts.orderNo}`,
    leaseMs: lockLeaseMs ?? rules.leaseMs,
    waitMs: lockWaitMs ?? rules.waitMs,
  });
  if (release === undefined) return refuse(call, 'syncBusy');
  try {
    const view = await askChannel(call, () => channelView(channel, order.facts.trade.state));
    if (view === LOST) return lost(call, read);
    if (typeof view !== 'string') return channelError(call, view, read);
    return apply(call, read, view);
  } finally {
    release();
  }
}

function lost(call: Call, read: Row): Outcome {
  const { onLost } = call.desk.profile.sync;
  if (onLost === 'thrown') return refuse(call, 'syncLost');
  // "Not reachable" becomes "failed": why `fail` in E proves nothing about the payment.
  const changed = onLost === 'fail' && read.status === 'progress' && call.order.save(read, { status: 'fail' });
  return answer(call, 'unpaid', changed ? 'reopen' : 'none');
}

function channelError(call: Call, { text }: ChannelError, read: Row): Outcome {
  const { onChannelError } = call.desk.profile.sync;
  if (onChannelError === 'refused') return refused(1, text);
  if (onChannelError === 'thrown') return thrown(10500, '数据错误');
  return lost(call, read);
}

function apply(call: Call, read: Row, view: View): Outcome {
  const { desk, order } = call;
  const { sync: rules } = desk.profile;
  const { trade, flags, orderNo } = order.facts;
  const exists = view !== 'notFound' && view !== 'notFoundUnknown';

  let row = read;
  if (exists && row.outOrderNo === null) {
    if (!order.save(row, { outOrderNo: trade.number })) return overtaken(call, view);
    row = order.row ?? row;
  }
  const repair = repairOf(call, row, view);
  if (repair === 'none') return answer(call, view, 'none');
  // Inside the lease of an earlier repair the answer shows the channel and the order stays as it is (real 4.6).
  if (rules.repairLock && !desk.locks.takeForLease(`repair:${orderNo}`, flags.repairLockMs)) {
    return answer(call, view, 'none');
  }
  if (repair === 'expire' || repair === 'closeBoth') trade.close();
  if (!order.save(row, repaired(call, repair))) return overtaken(call, view);
  return answer(call, view, repair);
}

function repairOf(call: Call, row: Row, view: View): Repair {
  if (row.refundStatus !== 'no_refund') return 'none';
  const repair = call.desk.profile.sync.repairs[row.status][view] ?? 'none';
  return repair === 'expire' && call.desk.host.now() < row.expiredTime ? 'none' : repair;
}

function repaired(call: Call, repair: Exclude<Repair, 'none'>): Partial<Omit<Row, 'version'>> {
  if (repair === 'pay') return { status: 'success', payTime: call.order.facts.trade.paidAt ?? null, closeTime: null };
  if (repair === 'reopen') return { status: 'progress' };
  return { status: 'close', closeTime: call.desk.host.now() };
}

/** Somebody saved the order while the channel was asked. */
function overtaken(call: Call, view: View): Outcome {
  return call.desk.profile.sync.onLostUpdate === 'thrown' ? refuse(call, 'stale') : answer(call, view, 'none');
}

function answer(call: Call, view: View, repair: Repair): Outcome {
  const { profile } = call.desk;
  const status = call.order.row?.status ?? 'progress';
  const data = profile.sync.answer({
    view,
    timedOut: repair === 'expire',
    status: profile.statuses[status] ?? status,
    changed: repair !== 'none',
  });
  return { kind: 'done', data };
}
