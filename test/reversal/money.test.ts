/** Amounts as people read them, in every place that prints one. */
import { describe, expect, test } from 'vitest';
import { asked, said } from '../../src/cli/words.ts';
import { startOptions } from '../../src/protocol/start.ts';
import { moneyOf } from '../../src/reversal/money.ts';
import { parseRequest, type ReversalInput } from '../../src/reversal/request.ts';

describe('an amount in minor units', () => {
  test.each([
    [1280, 'CNY', '12.80 CNY'],
    [5, 'CNY', '0.05 CNY'],
    [0, 'CNY', '0.00 CNY'],
    [1280, 'JPY', '1280 JPY'],
    [1280, 'KRW', '1280 KRW'],
    [1280, 'KWD', '1.280 KWD'],
    [5, 'BHD', '0.005 BHD'],
    [1280, 'IQD', '1.280 IQD'],
    [12_800, 'CLF', '1.2800 CLF'],
    [-1280, 'USD', '-12.80 USD'],
    [Number.MAX_SAFE_INTEGER, 'CNY', '90071992547409.91 CNY'],
    [1280, undefined, '1280 minor units'],
  ])('%d %s is %s', (amount, currency, text) => expect(moneyOf(amount, currency)).toBe(text));

  test('is the same in the list, in the story of an order, and in the summary of its workflow', () => {
    const input: ReversalInput = {
      ...{ provider: 'alipay', account: 'a', orderId: 'A', amount: 1280 },
      ...{ currency: 'JPY', reason: 'void' },
    };
    expect(asked(input)).toContain('1280 JPY');
    expect(said({ kind: 'paid', amount: 1280, currency: 'KWD' })).toContain('1.280 KWD');
    expect(startOptions(input, parseRequest(input)).staticSummary).toContain('1280 JPY');
  });
});
