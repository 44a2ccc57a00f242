/** Amounts without floats, times without a process time zone. */
import { describe, expect, it } from 'vitest';
import { beijingEpoch, beijingTime, minorUnits, yuan } from '../../../src/gateways/alipay/values.ts';

describe('yuan to fen', () => {
  it.each([
    ['12.30', 1230],
    ['12.3', 1230],
    ['12', 1200],
    ['0.01', 1],
    ['0.00', 0],
    ['12.300', 1230],
    ['1E+1', 1000],
    ['1e1', 1000],
    ['1.23e1', 1230],
    ['1230e-2', 1230],
    ['0.29', 29], // 0.29 * 100 is 28.999999999999996 in floats
    ['1.15', 115], // and 1.15 * 100 is 114.99999999999999
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
  ])('%s is %i fen', (text, fen) => expect(minorUnits(text)).toBe(fen));

  it.each(['12.305', '-1', '', ' 1', '1,000.00', '0x10', 'NaN', '1e99', '90071992547409.92', '.5', '1.', '１２'])(
    '%j is no amount',
    (text) => expect(minorUnits(text)).toBeUndefined(),
  );
});

describe('fen to yuan', () => {
  it.each([
    [1230, '12.30'],
    [1, '0.01'],
    [10, '0.10'],
    [100, '1.00'],
    [0, '0.00'],
    [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
  ])('%i is %s', (fen, text) => expect(yuan(fen)).toBe(text));

  it.each([1.5, -1, Number.NaN, 2 ** 53])('%d is refused', (fen) => expect(() => yuan(fen)).toThrow(RangeError));
});

describe('Beijing time', () => {
  const moments: [number, string][] = [
    [1778041815123, '2026-05-06 12:30:15'],
    [Date.UTC(2026, 11, 31, 16, 0, 0), '2027-01-01 00:00:00'],
    [Date.UTC(2026, 2, 8, 7, 30, 0), '2026-03-08 15:30:00'], // New York has no such hour
  ];

  it.each(['America/New_York', 'UTC', 'Asia/Shanghai'])('is the same in a process in %s', (zone) => {
    const before = process.env.TZ;
    process.env.TZ = zone;
    try {
      const inZone = new Date(1778041815123).getHours();
      expect(inZone).toBe({ 'America/New_York': 0, UTC: 4, 'Asia/Shanghai': 12 }[zone]);
      for (const [epochMs, text] of moments) {
        expect(beijingTime(epochMs)).toBe(text);
        expect(beijingEpoch(text)).toBe(Math.floor(epochMs / 1000) * 1000);
      }
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  it.each([
    '2026-02-31 00:00:00',
    '2026-05-06T12:30:15',
    '2026-05-06',
    '',
    '2026-13-01 00:00:00',
    '2026-05-06 24:00:00',
  ])('%j is no moment', (text) => expect(beijingEpoch(text)).toBeUndefined());
});
