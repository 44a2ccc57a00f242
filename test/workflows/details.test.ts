/** What the Web UI shows about a reversal: all that happened, in words, and never more than a URL can carry. */
import { expect, test } from 'vitest';
import { alipayRules } from '../../src/gateways/alipay/rules.ts';
import type { Evidence } from '../../src/reversal/order-view.ts';
import { parseRequest } from '../../src/reversal/request.ts';
import { openReversal } from '../../src/reversal/reversal.ts';
import type { Reversal } from '../../src/reversal/state.ts';
import { detailsOf } from '../../src/workflows/details.ts';
import { INPUT, NOTHING, PAID, SECOND, T0 } from '../reversal/support.ts';

const RUNBOOK = 'https://docs.example.com/unwind/runbook';
const long = (text: string, length: number) => text.repeat(length).slice(0, length);
const EVIDENCE: Evidence = {
  http: '400',
  traceId: long('0a1b', 64),
  signature: 'absent',
  code: long('ACQ.SELLER_BALANCE_NOT_ENOUGH_', 64),
  orderId: 'RV1',
  message: long('卖家余额不足', 64),
};
const detailsWhenStuck = (r: Reversal) => detailsOf(r, { kind: 'park', reason: 'partly-refunded', until: T0 }, RUNBOOK);

/** Eight looks, eight calls and twenty messages of people, each as long as it can be. */
function longest(letters: string): Reversal {
  const request = parseRequest({ ...INPUT, account: long('pos-', 64), orderId: long('RV1%', 64) });
  const nth = <T>(count: number, make: (at: number, index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(T0 + index * SECOND, index));
  return {
    ...openReversal(request, alipayRules, NOTHING, T0),
    gatewayId: long('20261120', 64),
    sawPaid: true,
    latePayment: true,
    held: true,
    sights: nth(8, (at) => ({ view: { ...PAID, evidence: EVIDENCE }, askedAt: at, seenAt: at })),
    acts: nth(8, (at, index) => ({
      seq: index + 1,
      verb: 'cancel',
      sentAt: at,
      answer: { kind: 'refused', why: 'partlyRefunded', code: EVIDENCE.code ?? '', evidence: EVIDENCE },
    })),
    interventions: nth(20, (at) => ({
      at,
      message: 'reschedule',
      operator: long(letters, 500),
      reason: long(letters, 500),
    })),
  };
}

test.each([
  ['in English', 'asked the gateway '],
  ['in Chinese', '已经问过网关'],
  ['with broken letters', '\ud83d'],
])('however much happened, with notes %s, it fits into the URL that the Web UI makes of it', (_, letters) => {
  const details = detailsWhenStuck(longest(letters));
  expect(details.length).toBeLessThan(6000);
  // The usual limit of a proxy is 8192 for the whole line.
  expect(encodeURIComponent(details).length).toBeLessThan(7900);
  expect(details).toMatch(/… \d+ before, see the journal/);
  const newest = new Date(T0 + 19 * SECOND).toISOString().replace('.000', '');
  expect(details).toContain(`\`${newest}\` **reschedule** by `);
});

test('a line of the story tells once what the gateway answered, and the trace id for its support', () => {
  const evidence = { http: '400', traceId: '8c34ec19', signature: 'absent', code: 'ACQ.X', message: '卖家余额不足' };
  const seen = {
    http: '200',
    traceId: '1ba723cb',
    signature: 'verified',
    orderId: 'RV1',
    tradeStatus: 'TRADE_SUCCESS',
  };
  const story = detailsWhenStuck({
    ...openReversal(parseRequest(INPUT), alipayRules, NOTHING, T0),
    sights: [{ view: { ...PAID, evidence: seen }, askedAt: T0, seenAt: T0 }],
    acts: [
      { seq: 1, verb: 'cancel', sentAt: T0, answer: { kind: 'refused', why: 'noFunds', code: 'ACQ.X', evidence } },
    ],
  });
  const at = '- `2026-11-20T03:00:00Z`';
  expect(story).toContain(`${at} look: \`paid\` (tradeStatus TRADE_SUCCESS, traceId 1ba723cb)\n`);
  expect(story).toContain(
    `${at} **cancel**: refused, noFunds \`ACQ.X\` (http 400, signature absent, message 卖家余额不足, traceId 8c34ec19)\n`,
  );
});

test("what others wrote cannot become Markdown of the page's own", () => {
  const r = openReversal(parseRequest(INPUT), alipayRules, NOTHING, T0);
  const reason = 'see\n\n# Paid `now` [here](https://example.com) <b>';
  const details = detailsWhenStuck({ ...r, interventions: [{ at: T0, message: 'note', operator: 'li', reason }] });
  expect(details).toContain('**note** by li: see # Paid now here (https://example.com) b\n');
});
