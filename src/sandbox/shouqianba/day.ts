/** Days at the gateway are calendar days in China (UTC+8, no daylight saving): Alipay, below it, counts Beijing time. */
export const DAY_MS = 86_400_000;
const CHINA_OFFSET_MS = 8 * 3_600_000;

/** The number of the day that holds this instant, in epoch milliseconds. */
export function chinaDay(at: number): number {
  return Math.floor((at + CHINA_OFFSET_MS) / DAY_MS);
}

/** The first instant of the day that holds this one. */
export function startOfChinaDay(at: number): number {
  return chinaDay(at) * DAY_MS - CHINA_OFFSET_MS;
}
