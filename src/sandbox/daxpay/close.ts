import { type Call, refuse } from './call.ts';
import { askChannel, decideClose, LOST } from './channel.ts';
import type { Row } from './order.ts';
import { type Outcome, refused } from './outcome.ts';

type Act = 'close' | 'cancel';

/** Close and cancel, in C two paths, in E and F one path with `useCancel` (spec 4.2 to 4.4). */
export async function close(call: Call, act: Act, read: Row): Promise<Outcome> {
  const { desk, order } = call;
  const rules = desk.profile.close;
  const { lockLeaseMs, lockWaitMs } = order.facts.flags;
  const accepts = (row: Row): boolean => rules.open.includes(row.status);

  if (rules.order === 'statusThenLock' && !accepts(read)) return refuse(call, `${act}Status`);
  const release = await desk.locks.take({
    key: `${rules.lockKeys[act]}${order.facts.orderNo}`,
    leaseMs: lockLeaseMs ?? rules.leaseMs,
    waitMs: lockWaitMs ?? rules.waitMs,
  });
  if (release === undefined) return refuse(call, `${act}Busy`);
  try {
    const row = rules.order === 'lockThenRead' ? (order.row ?? read) : read;
    if (!accepts(row)) return refuse(call, `${act}Status`);
    if (row.status === 'wait') return save(call, act, row, 'close');
    return await closeAtChannel(call, act, row);
  } finally {
    release();
  }
}

async function closeAtChannel(call: Call, act: Act, row: Row): Promise<Outcome> {
  const { desk, order } = call;
  const rules = desk.profile.close;
  const { channel, method } = order.facts.flags;
  if (channel === 'wallet_pay') return refuse(call, `${act}Unsupported`);
  if (channel === 'union_pay') return refuse(call, rules.unionPay === 'fails' ? `${act}Failed` : `${act}Unsupported`);
  // The reverse call of WeChat exists for codes that the cashier scanned, and for nothing else.
  if (channel === 'wechat_pay' && act === 'cancel' && method !== 'barcode') return refuse(call, 'cancelFailed');

  const decision = await askChannel(call, () => decideClose(channel, act, order.facts.trade));
  if (decision === LOST) return refuse(call, `${act}Failed`);
  if (decision === 'notClosable') return refuse(call, `${act}NotClosable`);
  if (decision !== 'done') {
    if (!rules.tellsChannelText[act]) return refuse(call, `${act}Failed`);
    return refused(rules.channelCode(channel), decision.text);
  }
  // The flag decides the state, not what the channel did.
  return save(call, act, row, act);
}

function save(call: Call, act: Act, row: Row, status: Act): Outcome {
  const { desk, order } = call;
  call.touched = true;
  const saved = order.save(row, { status, closeTime: desk.host.now() });
  // A callback was faster: the channel has closed or paid back, and this row does not show it (spec 4.2 no. 7, 4.3).
  if (!saved && desk.profile.close.onLostUpdate === 'failed') return refuse(call, `${act}Failed`);
  return { kind: 'done' };
}
