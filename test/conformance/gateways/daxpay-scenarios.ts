/** Whole reversals with DaxPay; the names of states and what a closed order may still do differ by profile. */
import { keep, reverse, type Scenario, undo } from './scenario.ts';

/** In the stand of this suite profile E may cancel; C and F close. */
export const MAY_CANCEL = 'daxpay-e';

export function daxpayScenarios(profile: 'c' | 'e' | 'f'): readonly Scenario[] {
  const unpaid = profile === 'f' ? 'processing' : 'progress';
  const verb = profile === 'e' ? 'cancel' : 'close';
  const ended = profile === 'e' ? (['reversed'] as const) : (['closed'] as const);
  const paidAtTheChannel = { state: unpaid, flags: { channelState: 'paid' } };
  const busy = profile === 'c' ? '10007' : '20043';
  return [
    { name: 'nobody paid', order: { state: unpaid }, asked: keep, ends: ended },
    { name: 'paid, and kept', order: { state: 'success' }, asked: keep, ends: ['kept'], executed: { refund: 0 } },
    { name: 'a void', order: { state: 'success' }, asked: undo, ends: ['refunded'], executed: { refund: 1 } },
    {
      name: 'paid at the channel, and DaxPay learns it from the sync',
      order: paidAtTheChannel,
      asked: keep,
      ends: ['kept'],
      executed: { close: 0, cancel: 0 },
    },
    {
      name: 'paid at the channel, and not wanted',
      order: paidAtTheChannel,
      asked: reverse,
      ends: ['refunded'],
      executed: { close: 0, cancel: 0, refund: 1 },
    },
    {
      name: 'paid while it is looked at',
      order: { state: unpaid, events: [{ name: 'pay', on: { operation: 'query', nth: 2, when: 'before' } }] },
      asked: keep,
      ends: ['kept'],
    },
    {
      name: `the callback lands before the ${verb}`,
      order: { state: unpaid, events: [{ name: 'pay', on: { operation: verb, nth: 1, when: 'before' } }] },
      asked: reverse,
      ends: ['refunded'],
    },
    {
      name: `the answer to the ${verb} is lost, and it was executed`,
      order: { state: unpaid, faults: [{ operation: verb, wire: 'resetAfter' }] },
      asked: reverse,
      ends: ended,
      executed: { [verb]: 1 },
    },
    {
      name: `the ${verb} is lost on the way`,
      order: { state: unpaid, faults: [{ operation: verb, wire: 'resetBefore' }] },
      asked: reverse,
      ends: ended,
      executed: { [verb]: 1 },
    },
    {
      name: `the ${verb} is executed after we gave up on it`,
      order: { state: unpaid, faults: [{ operation: verb, wire: 'lateExecution', delayMs: 1800 }] },
      asked: reverse,
      ends: ended,
      executed: { [verb]: 1 },
    },
    {
      name: 'a lock is held',
      order: { state: unpaid, faults: [{ operation: verb, business: { name: busy } }] },
      asked: reverse,
      ends: ended,
    },
    {
      name: 'the sync fails once',
      order: { state: unpaid, faults: [{ operation: 'sync', wire: 'http502' }] },
      asked: reverse,
      ends: ended,
    },
    { name: 'never created', order: { state: 'absent' }, asked: keep, ends: ['nothing_to_reverse'] },
    {
      name: 'not found at first, then there',
      order: { state: 'absent', events: [{ name: 'create', on: { operation: 'query', nth: 1, when: 'after' } }] },
      asked: reverse,
      ends: ended,
    },
    {
      name: 'another amount',
      order: { state: 'success' },
      asked: { ...reverse, amountOff: 1 },
      ends: ['stuck mismatch'],
      executed: { refund: 0 },
    },
    {
      name: 'refunded in part by somebody else',
      order: { state: 'success', flags: { refundStatus: 'partial_refund' } },
      asked: reverse,
      ends: ['stuck partly-refunded'],
      executed: { refund: 0 },
    },
    {
      name: 'the refund fails once without a word',
      order: { state: 'success', flags: { refundFails: 'silent' } },
      asked: reverse,
      ends: ['refunded'],
    },
    {
      name: 'the channel settles the refund later',
      order: {
        state: 'success',
        flags: { refundPending: true },
        events: [{ name: 'settleRefund', on: { operation: 'refund', nth: 1, when: 'after', delayMs: 700 } }],
      },
      asked: reverse,
      ends: ['refunded'],
      executed: { refund: 1 },
    },
    {
      name: 'the answer to the refund is lost',
      order: { state: 'success', faults: [{ operation: 'refund', wire: 'resetAfter' }] },
      asked: reverse,
      ends: ['refunded'],
    },
    {
      name: 'a look without a signature',
      order: { state: 'success', faults: [{ operation: 'query', business: { name: 'noSignature' } }] },
      asked: keep,
      ends: ['kept'],
    },
    ...(profile === 'f' ? ONLY_IN_F : NOT_IN_F),
    ...(profile === 'c' ? REVIVING : []),
  ];
}

/** F's query does not tell whether the money was split (specification 3). */
const NOT_IN_F: readonly Scenario[] = [
  {
    name: 'split among receivers already',
    order: { state: 'success', flags: { allocated: true } },
    asked: reverse,
    ends: ['stuck not-allowed'],
    executed: { refund: 0 },
  },
  {
    name: 'marked as failed, and paid at the channel',
    order: { state: 'fail', flags: { channelState: 'paid' } },
    asked: keep,
    ends: ['kept'],
    executed: { close: 0, cancel: 0 },
  },
];

const ONLY_IN_F: readonly Scenario[] = [
  { name: 'marked as failed', order: { state: 'fail' }, asked: reverse, ends: ['stuck gateway-failed'] },
];

/** 2.0.8: sync turns a closed order into a paid one (4.6). */
const REVIVING: readonly Scenario[] = [
  {
    name: 'closed here, paid at the channel',
    order: { state: 'close', flags: { channelState: 'paid' } },
    asked: reverse,
    ends: ['refunded'],
  },
  {
    name: 'closed by us, and paid at the channel in the watch',
    order: {
      state: 'progress',
      events: [
        {
          name: 'payWithoutCallback',
          with: { force: true },
          on: { operation: 'close', nth: 1, when: 'after', delayMs: 500 },
        },
      ],
    },
    asked: reverse,
    ends: ['refunded'],
  },
];
