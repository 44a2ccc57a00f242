/**
 * DaxPay as models, one a profile (specification 4, 5, 6; real server 1 to 22). Its own books (`truth`) are only a memory
 * of the payment channel (`channel`): looks show the books, the money is at the channel.
 */
import { RULES } from '../../../src/gateways/rules.ts';
import type { Answer, Verb } from '../../../src/reversal/answer.ts';
import type { RefundView } from '../../../src/reversal/order-view.ts';
import { SECOND } from '../../../src/reversal/rules.ts';
import { MIND } from '../mind.ts';
import {
  AMOUNT,
  answers,
  becomes,
  type Drift,
  does,
  IN_DOUBT,
  type Model,
  moves,
  ODD_REFUND_VIEWS,
  ODD_VIEWS,
  type Outcome,
  REJECTIONS,
  RUNNING,
  refusals,
  refuses,
  shows,
  UNEXECUTED,
  UNSIGNED_ABSENT,
  unsigned,
  until,
} from '../model.ts';
import { isPayable, type RefundTruth, type Truth, type World } from '../world.ts';

type Profile = 'c' | 'e' | 'f';
type Channel = 'paid' | 'unpaid' | 'closed' | 'refunded' | 'absent';

const LAG = 4 * SECOND;
const SOON = 20 * SECOND;
const BUSY: Answer = { kind: 'again', afterMs: 2000 };

const synced = (channel: Channel | undefined, change?: Outcome['change'], name = `sync: ${channel}`): Outcome => ({
  name,
  answer: { kind: 'done', effect: 'unspecified', ...(channel && { channel }) },
  ...(change && { change }),
});

const channelOf = (truth: Truth): Channel =>
  truth === 'paid' || truth === 'unpaid' || truth === 'absent' || truth === 'refunded' ? truth : 'closed';

/** Only the books change. */
const booked =
  (truth: Truth): NonNullable<Outcome['change']> =>
  (w, now) =>
    moves(truth, w.channel, 'others', LAG)(w, now);

const withRefund =
  (change: NonNullable<Outcome['change']>, refund: RefundTruth): NonNullable<Outcome['change']> =>
  (w, now) => ({ ...change(w, now), refund });

const closedBoth = moves('closed', 'closed', 'us', LAG);
const cancelledBoth = moves('cancelled', 'closed', 'us', LAG);
/** The channel does not know the trade yet, which counts as closed; a code that was shown can still be paid (4.2). */
const closedHere = moves('closed', 'unpaid', 'us', LAG);
const cancelledHere = moves('cancelled', 'unpaid', 'us', LAG);
const closedUnsaved = moves('unpaid', 'closed', 'us', LAG);
const returnedUnsaved = moves('paid', 'refunded', 'us', LAG);
const paidBoth = moves('paid', 'paid', 'payer', LAG);
const refundedBoth = withRefund(moves('refunded', 'refunded', 'us', LAG), 'done');
/** A failed refund leaves the order `refunding`, its balance reduced (real server 11). */
const refundFailed = withRefund(booked('refunding'), 'failed');
const refundRunning = withRefund(booked('refunding'), 'running');
const refundStays = withRefund(moves('refunding', 'refunded', 'us', LAG), 'running');
const refundUnseen = withRefund(moves('refunding', 'refunded', 'us', LAG), 'failed');

/** Profile C has one code for every refusal; E and F have one for a wrong state. */
function closeOf(profile: Profile) {
  const wrongState = [refuses(profile === 'c' ? 'unclear' : 'state')];
  const channelSays = refuses(profile === 'e' ? 'state' : 'unclear');
  const unsure: readonly Outcome[] =
    profile === 'c'
      ? [refuses('unclear', closedUnsaved), { ...does('closed', closedHere), name: 'closed, here only' }]
      : [answers('code 0, without effect', does('closed').answer)];
  const whenUnpaid = [does('closed', closedBoth), ...unsure, refuses('unclear'), refuses('notAllowed')];
  return (w: World): readonly Outcome[] => {
    if (w.truth === 'absent') return [refuses(profile === 'c' ? 'unclear' : 'absent')];
    if (w.truth !== 'unpaid') return wrongState;
    if (w.channel === 'paid') {
      // The callback lands during the call: E and F answer 0 although the order is now paid (4.5).
      return profile === 'c' ? [channelSays] : [channelSays, does('closed', paidBoth)];
    }
    return w.channel === 'refunded' ? [does('closed', moves('closed', 'refunded', 'us', LAG))] : whenUnpaid;
  };
}

function cancelOf(profile: Profile) {
  const wrongState = [refuses(profile === 'c' ? 'unclear' : 'state')];
  const unsure: readonly Outcome[] =
    profile === 'c'
      ? [{ ...does('unspecified', cancelledHere), name: 'cancelled, here only' }]
      : [answers('code 0, without effect', does('unspecified').answer)];
  const whenUnpaid = [
    does('unspecified', cancelledBoth),
    ...unsure,
    refuses('unclear', closedUnsaved),
    refuses('unclear'),
    refuses('notAllowed'),
  ];
  const raced = profile === 'c' ? refuses('unclear', returnedUnsaved) : does('unspecified', returnedUnsaved);
  return (w: World): readonly Outcome[] => {
    if (w.truth === 'absent') return [refuses(profile === 'c' ? 'unclear' : 'absent')];
    if (w.truth !== 'unpaid') return wrongState;
    // A cancel at Alipay gives the money back; DaxPay stores `cancel` and no refund (4.2).
    if (w.channel === 'paid') {
      return [does('unspecified', moves('cancelled', 'refunded', 'us', LAG)), raced, refuses('unclear')];
    }
    return whenUnpaid;
  };
}

function syncOf(profile: Profile) {
  const failing = profile === 'e' ? [refuses('unclear', booked('failed'))] : [answers('10001', IN_DOUBT)];
  const revives = (w: World) => profile === 'c' || w.truth === 'unpaid' || w.truth === 'failed';
  return (w: World): readonly Outcome[] => {
    if (w.truth === 'absent') return [refuses('absent')];
    const channel = channelOf(w.channel);
    if (w.locked) return [synced(channel, undefined, `sync: ${channel}, not applied`)];
    const isFinal = w.truth !== 'unpaid' && w.truth !== 'failed';
    if (isFinal && (profile !== 'c' || w.truth === 'paid' || w.truth === 'refunding' || w.truth === 'refunded')) {
      return [synced(channelOf(w.truth))];
    }
    const unapplied = synced(channel, undefined, `sync: ${channel}, not applied`);
    if (channel === 'paid') return revives(w) ? [synced('paid', paidBoth), unapplied] : [synced(channelOf(w.truth))];
    if (isFinal) return [unapplied];
    if (channel === 'closed') return [synced('closed', booked('closed')), unapplied];
    // C changes nothing when the channel shows a refund; E and F book the end.
    if (channel === 'refunded') return profile === 'c' ? [unapplied] : [synced('closed', booked('closed'))];
    // Without a word of the channel on it, a failed order stays so.
    if (w.truth === 'failed') return [synced(undefined), synced(channel, booked('unpaid')), ...failing];
    return [synced(channel), ...failing];
  };
}

function refundOf(profile: Profile) {
  const wrongState = [refuses(profile === 'c' ? 'unclear' : 'state')];
  const fails = profile === 'c' ? does('unspecified', refundFailed) : refuses('unclear', refundFailed);
  const ends = until(refundRunning, SOON, 'refunded', 'us', 'done');
  const endsBadly = until(refundRunning, SOON, 'refunding', 'us', 'failed');
  const goes = [
    { ...does('unspecified', ends), name: 'unspecified, running' },
    does('unspecified', refundedBoth),
    { ...does('unspecified', endsBadly), name: 'unspecified, fails later' },
    // Busy with a call of that number, which may well be our own.
    answers('busy', BUSY, ends),
    { ...fails, name: 'the channel refuses it' },
    { ...fails, name: 'the channel fails and has paid', change: refundUnseen },
    answers('20081', RUNNING, ends),
    answers('20081, fails later', RUNNING, endsBadly),
    ...(profile === 'c'
      ? [
          // Its own task ships stopped: without a sync it stays so for ever (real server 24, 25).
          { ...does('unspecified', refundStays), name: 'the channel has paid, running for ever' },
          { ...does('unspecified', refundRunning), name: 'the channel never heard of it, running for ever' },
        ]
      : []),
  ];
  const alreadyReturned = [{ ...fails, name: 'the channel has returned it already' }];
  const onTop = [{ ...does('unspecified', refundedBoth), name: 'fund_change=N' }];
  return (w: World): readonly Outcome[] => {
    if (w.truth === 'absent') return [refuses('absent')];
    if (w.truth !== 'paid' && !(w.truth === 'refunding' && w.refund === 'failed')) return wrongState;
    if (w.channel === 'refunded')
      return w.refund === 'failed' && w.byUs > 0 ? [...onTop, ...alreadyReturned] : alreadyReturned;
    return goes;
  };
}

/** The channel is asked about our refund (real server 23): what it has paid is booked, also where it was marked as failed. */
function refundSyncOf(w: World): readonly Outcome[] {
  if (w.refund === 'done') return [does('unspecified')];
  const hasPaid = w.channel === 'refunded' && w.byUs > 0 && w.refund !== 'none';
  return hasPaid ? [does('unspecified', withRefund(booked('refunded'), 'done'))] : [refuses('unclear')];
}

const REFUND_VIEWS: { readonly [T in RefundTruth]: readonly RefundView[] } = {
  none: [{ kind: 'notFound' }],
  running: [{ kind: 'running' }],
  done: [{ kind: 'done', amount: AMOUNT }],
  failed: [{ kind: 'failed', code: 'fail' }],
};

function payUnheard(w: World, now: number): World {
  return moves(w.truth === 'absent' ? 'unpaid' : w.truth, 'paid', 'payer', LAG)(w, now);
}

/** A lock of profile C that nothing lifts: every sync says `pay_success`, and the order stays as it is. */
const PAID_BEHIND_A_LOCK: Drift = {
  name: 'it is paid, and a lock keeps the order as it is',
  from: ['unpaid', 'closed', 'cancelled'],
  when: isPayable,
  change: (w, now) => ({ ...payUnheard(w, now), locked: true }),
};

/** Open 1.0 does not ask the channel, or does not heed it (6): of a barcode payment, which was sent, nothing is known. */
const LAPSES: Drift = {
  name: 'DaxPay closes it at its expiry, whatever the channel holds',
  from: ['unpaid'],
  when: (w, now) => !isPayable(w, now),
  change: (w, now) => moves('lapsed', w.channel, 'others')(w, now),
};

function daxpay(profile: Profile, unreachable: Model['unreachable']): Model {
  const calls: { readonly [V in Verb]?: (w: World) => readonly Outcome[] } = {
    close: closeOf(profile),
    cancel: cancelOf(profile),
    sync: syncOf(profile),
    refund: refundOf(profile),
    ...(profile === 'c' && { syncRefund: refundSyncOf }),
  };
  const hints = unsigned(...refusals('absent', 'state'), ...REJECTIONS, BUSY);
  const any = [...UNEXECUTED, BUSY, ...refusals('absent', 'state', 'unclear', 'notAllowed')];
  return {
    name: `daxpay-${profile}`,
    rules: RULES[`daxpay-${profile}`],
    mind: MIND,
    accounts: [{ permits: { cancel: true } }],
    lag: LAG,
    horizon: 80 * SECOND, // real server 8: executed tens of seconds after we gave up
    harmlessTwice: ['refund'], // the number is the key
    blind: [],
    barcodeLife: 45 * SECOND,
    views: {
      absent: [{ kind: 'absent' }, { kind: 'absent', hint: true }],
      unpaid: [shows({ kind: 'unpaid' })],
      paid: [shows({ kind: 'paid' }), shows({ kind: 'paid', allocated: true })],
      partly: [shows({ kind: 'partlyRefunded', remaining: AMOUNT / 2 })],
      closed: [shows({ kind: 'closed' }), shows({ kind: 'gone' })],
      cancelled: [shows({ kind: 'gone' })],
      lapsed: [shows({ kind: 'closed', closedUnasked: true, method: 'barcode' })],
      refunded: [shows({ kind: 'refunded' })],
      refunding: [shows({ kind: 'settling', what: 'refund' })],
      failed: [shows({ kind: 'faulty', in: 'payment' })],
    },
    showsExpiry: true,
    oddViews: [...ODD_VIEWS, UNSIGNED_ABSENT],
    refundViews: (w) => REFUND_VIEWS[w.refund],
    oddRefundViews: ODD_REFUND_VIEWS,
    act: (verb, w) => {
      const call = calls[verb];
      if (call === undefined) throw new Error(`DaxPay has no ${verb}`);
      return call(w);
    },
    refusals: { close: any, cancel: any, sync: any, refund: any, syncRefund: any },
    // 10006 among them: a busy server answers so to good requests (real server 30).
    hints: { close: hints, cancel: hints, refund: hints },
    doubts: {
      close: [IN_DOUBT, RUNNING],
      cancel: [IN_DOUBT, RUNNING],
      sync: [IN_DOUBT, RUNNING],
      syncRefund: [IN_DOUBT],
      refund: [IN_DOUBT],
    },
    creates: moves('unpaid', 'unpaid', 'payer', LAG),
    // A late callback of a closed order is not recorded (real server 10): only the channel knows.
    pays: (w, now) => (w.truth === 'closed' || w.truth === 'cancelled' ? payUnheard(w, now) : paidBoth(w, now)),
    paysUnheard: payUnheard,
    drifts: [
      {
        name: 'the notice of the payment arrives',
        from: ['unpaid'],
        when: (w) => w.channel === 'paid',
        change: moves('paid', 'paid', 'others', LAG),
      },
      {
        name: 'DaxPay closes it after its expiry',
        from: ['unpaid'],
        when: (w, now) => w.channel === 'unpaid' && !isPayable(w, now),
        change: becomes('closed', 'others'),
      },
      {
        name: 'the payment is marked as failed',
        from: ['unpaid'],
        change: (w, now) => moves('failed', w.channel, 'others')(w, now),
      },
      { name: 'somebody else refunds all of it', from: ['paid', 'partly'], change: becomes('refunded', 'others') },
      { name: 'somebody else refunds a part', from: ['paid'], change: becomes('partly', 'others') },
      {
        name: 'somebody else begins a refund',
        from: ['paid'],
        change: until(moves('refunding', 'paid', 'others'), SOON, 'refunded', 'others'),
      },
      {
        name: 'it is paid, and somebody else begins a refund',
        from: ['unpaid'],
        when: isPayable,
        change: until(moves('refunding', 'paid', 'others'), SOON, 'refunded', 'others'),
      },
      {
        name: 'it revives, paid, and somebody else begins a refund',
        from: ['closed', 'cancelled'],
        when: isPayable,
        change: until(moves('refunding', 'paid', 'others'), SOON, 'refunded', 'others'),
      },
      ...(profile === 'c' ? [PAID_BEHIND_A_LOCK] : []),
      ...(profile === 'f' ? [LAPSES] : []),
      {
        name: 'somebody else closes it',
        from: ['unpaid'],
        when: (w) => w.channel !== 'paid',
        change: becomes('closed', 'others'),
      },
    ],
    starts: ['absent', 'unpaid', 'paid', 'failed'],
    unreachable: {
      'before.*.finished': 'no status says that a paid order can no longer be refunded',
      'before.*.(settlingPayment|settlingCancel|faultyCancel|faultyRefund|faultyStatus)': 'no such status (5)',
      'afterUndo.(closed|refunded|nothingFound).*': 'a cancel answers 0 and says no more',
      'after(Undo|Close).(tooLate|finished|partlyRefunded|frozen|noFunds).*': 'not among the codes (2.3)',
      'afterClose.(refunded|nothingFound|unspecified).*': 'a close that succeeds closes, and says no more',
      'afterRefund.(closed|refunded|nothingFound).*': 'code 0 says nothing of the money (4.7)',
      'afterRefund.(tooLate|noFunds|frozen|finished|partlyRefunded).*': 'not among the codes (2.3)',
      ...unreachable,
    },
  };
}

export const daxpayC = daxpay('c', {
  'after(Undo.unspecified|Close.closed).faultyPayment':
    'a closed order of 2.0.8 is revived, and never marked as failed',
});
export const daxpayE = daxpay('e', {});
export const daxpayF = daxpay('f', {});
