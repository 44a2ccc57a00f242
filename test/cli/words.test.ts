/** What `unwind show` prints of a look or an answer. */
import { expect, test } from 'vitest';
import { answered, said } from '../../src/cli/words.ts';

test('an answer to a call is printed with what books are reconciled with', () => {
  const evidence = {
    http: '200',
    signature: 'verified',
    action: 'refund',
    refundPaidAt: '2016-11-27 15:45:57',
    refundSettlementId: '2018101610032004620239146945',
  };
  expect(answered({ kind: 'done', effect: 'refunded', gatewayId: '2026', evidence })).toBe(
    'done (refunded), no. 2026 [action=refund refundPaidAt=2016-11-27 15:45:57 ' +
      'refundSettlementId=2018101610032004620239146945]',
  );
});

test('so is a look', () => {
  const evidence = { trade_no: '4200009999202611201234567890', finish_time: '1449646835244', terminal_sn: '0101' };
  expect(said({ kind: 'gone', evidence })).toBe(
    'gone [trade_no=4200009999202611201234567890 finish_time=1449646835244 terminal_sn=0101]',
  );
});
