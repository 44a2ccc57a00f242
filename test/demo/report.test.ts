/** What the demo prints, from results that are written down here. */
import { describe, expect, it } from 'vitest';
import { incidents } from '../../src/demo/incidents/index.ts';
import { conclusionOf, lineOf, storyOf, summaryOf, tableOf } from '../../src/demo/report.ts';
import type { IncidentResult } from '../../src/demo/run.ts';
import { GATEWAYS } from '../../src/stand/accounts.ts';

const kept: IncidentResult = {
  name: 'the terminal lost the answer',
  gateway: 'shouqianba',
  request: {
    provider: 'shouqianba',
    account: 'shouqianba',
    orderId: 'D1',
    amount: 1280,
    currency: 'CNY',
    reason: 'ambiguous',
  },
  status: 'final',
  finalAction: 'kept',
  money: { taken: 1280, returned: 0, payable: false },
  agrees: true,
  calls: 1,
  trail: ['query=PAID'],
};
const { finalAction: _, ...unfinished } = kept;
const stuck: IncidentResult = { ...unfinished, status: 'stuck', stuckReason: 'frozen' };
const late: IncidentResult = { ...kept, gateway: 'alipay-v3', finalAction: 'refunded', latePayment: true };
const wrong: IncidentResult = { ...kept, finalAction: 'closed', agrees: false };

describe('the incidents of the demo', () => {
  it('are at least forty, over all six gateways, each with a name of its own there', () => {
    expect(incidents.length).toBeGreaterThanOrEqual(40);
    for (const gateway of GATEWAYS) {
      const names = incidents.filter((incident) => incident.gateway === gateway).map(({ name }) => name);
      expect(names.length, gateway).toBeGreaterThan(0);
      expect(new Set(names).size, gateway).toBe(names.length);
    }
  });
});

describe('a conclusion', () => {
  it.each([
    [kept, 'kept'],
    [stuck, 'stuck: frozen'],
    [late, 'refunded (paid late)'],
    [{ ...unfinished, status: 'checking' }, 'still checking'],
    [{ ...unfinished, error: 'no server' }, 'could not be played'],
  ])('%#: %s', (result, words) => expect(conclusionOf(result)).toBe(words));
});

describe('the table', () => {
  it('has a row an incident in the order of the gateways, with money in major units', () => {
    const rows = tableOf([kept, late])
      .split('\n')
      .filter((line) => line.includes('terminal'));
    expect(rows[0]).toMatch(/alipay-v3 .* refunded \(paid late\) .* 12\.80 .* - .* 1 .* yes/);
    expect(rows[1]).toMatch(/shouqianba .* kept /);
  });

  it('shouts where the money disagrees', () => {
    expect(tableOf([wrong])).toMatch(/closed .* NO /);
    expect(lineOf(wrong, 1, 9)).toMatch(/^BAD 1\/9 {2}shouqianba/);
    expect(summaryOf([kept, wrong], 1)).toContain('1 DISAGREE');
    expect(storyOf(wrong)).toContain('query=PAID');
  });

  it('is summed up: what waits for people as it should agrees, too', () => {
    expect(summaryOf([kept, stuck], 3)).toMatch(/agrees .* 2 incidents, 1 concluded, 1 waiting for people/);
  });
});
