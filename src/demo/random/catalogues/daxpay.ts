/** What can be the matter at DaxPay, by profile. */
import {
  type Catalogue,
  doubtful,
  type Kind,
  MINUTE,
  type Start,
  type Trouble,
  type Twist,
  troubles,
} from '../catalogue.ts';

type Profile = 'c' | 'e' | 'f';

const untrusted = doubtful(['wrongSignature', 'noSignature', 'seedBody', 'springError500', 'nullMsg']);
const rejected = troubles(['20052', '20023'], ['configuration']);
const slow: readonly Trouble[] = [
  { name: 'hang', execute: false, with: { ms: 300 } },
  { name: 'hang', execute: true, with: { ms: 1600 } },
];
const channel: readonly Trouble[] = [
  { name: 'channelDown', execute: false },
  { name: 'channelDown', execute: true },
  { name: 'channelRefuses' },
  { name: 'slowChannel', with: { ms: 300 } },
  { name: 'slowChannel', with: { ms: 1200 } },
];
const act: readonly Trouble[] = [...untrusted, ...slow, ...channel, ...troubles(['20043', '20091', '29999'])];
/** A business refusal that no code explains; a refund that was refused so is one that people look at. */
const unexplained = troubles(['dataCode1']);
const paidKinds: readonly Kind[] = ['paid'];

function startsOf(profile: Profile): readonly Start[] {
  const open = profile === 'f' ? 'processing' : 'progress';
  const unpaid = (channelState: string, weight: number): Start => ({
    kind: 'unpaid',
    state: open,
    createdMsAgo: MINUTE,
    flags: { channelState },
    weight,
  });
  return [
    { kind: 'paid', state: 'success', createdMsAgo: 3 * MINUTE, paidMsAgo: 2 * MINUTE, weight: 5 },
    unpaid('unpaid', 5),
    unpaid('paid', 3),
    unpaid('closed', 1),
    unpaid('not_exist', 2),
    { kind: 'absent', state: 'absent', weight: 3 },
    { kind: 'other', state: 'close', createdMsAgo: MINUTE },
    { kind: 'other', state: 'fail', createdMsAgo: MINUTE, sticks: ['gateway-failed', 'refused'] },
    {
      kind: 'other',
      state: 'success',
      createdMsAgo: MINUTE,
      paidMsAgo: MINUTE,
      flags: { refundStatus: 'partial_refund' },
      sticks: ['partly-refunded'],
    },
    { kind: 'other', state: 'success', createdMsAgo: MINUTE, paidMsAgo: MINUTE, flags: { refundStatus: 'refunded' } },
  ];
}

const twists: readonly Twist[] = [
  { kinds: paidKinds, flags: { refundFails: 'silent', refundFailTimes: 1 } },
  { kinds: paidKinds, flags: { refundFails: 'text', refundFailTimes: 2 } },
  { kinds: paidKinds, flags: { refundFails: 'silent', refundFailTimes: 99 }, sticks: ['refund-failed'] },
  // The channel has paid and says no. The same number again is `progress` until DaxPay's own task looks.
  { kinds: paidKinds, flags: { refundFails: 'silent', refundFailTimes: 1, refundChannelPaid: true } },
  ...(['close', 'cancel'] as const).flatMap((payDuring) =>
    (['before', 'after'] as const).map((payDuringWhen) => ({
      kinds: ['unpaid'] as const,
      flags: { payDuring, payDuringWhen, payDuringCallback: payDuringWhen === 'before' },
      // Clarification 13: what raced a cancel went back with it, and every refund of it fails.
      sticks: payDuring === 'cancel' ? (['refund-failed'] as const) : [],
    })),
  ),
  { kinds: ['paid', 'unpaid'], flags: { lag: 250 } },
  { kinds: ['paid', 'unpaid'], flags: { channel: 'wechat_pay' } },
  { kinds: ['unpaid'], flags: { channel: 'union_pay' }, sticks: ['refused', 'not-allowed'] },
  { kinds: ['paid', 'unpaid'], flags: { method: 'qrcode' } },
];

export const daxpay = (profile: Profile): Catalogue => ({
  starts: startsOf(profile),
  twists,
  always: { lockLeaseMs: 300, repairLockMs: 300, channelLatencyMs: 20, channelTimeoutMs: 600, refundSyncMs: 3000 },
  acts: ['close', 'cancel', 'sync', 'refund'],
  trouble: {
    query: [
      ...untrusted,
      ...slow,
      ...rejected,
      ...troubles(['20091', '29999']),
      { name: 'otherOrder' },
      // Unsigned in 2.0.8: that there is no such order, of whichever order there is.
      ...(profile === 'c' ? troubles(['10010']) : []),
    ],
    refundQuery: [...untrusted, ...rejected],
    close: [...act, ...unexplained, ...rejected],
    cancel: [...act, ...unexplained, ...rejected],
    sync: [...act, ...unexplained, ...rejected],
    refund: [...act, ...rejected, ...troubles(['dataCode1', '20060', '20042'], ['refund-failed'])],
  },
  exhausted: { close: ['refused'], cancel: ['refused'], refund: ['refund-failed'] },
  meddling: [
    { kinds: ['paid'], event: { name: 'refundElsewhere' } },
    { kinds: ['paid'], event: { name: 'partialRefund' }, sticks: ['partly-refunded', 'refund-failed'] },
    // Open 1.0 closes its order whatever the channel holds.
    { kinds: ['unpaid'], event: { name: 'expire' }, sticks: profile === 'f' ? ['gateway-unsure'] : [] },
    { kinds: ['unpaid'], event: { name: 'channelClose' } },
  ],
  payAbsent: 'createAndPay',
  arrivesWithinMs: 700,
});
