/** What a merchant's own order number may be: its length is the gateway's. Free of dependencies. */

/**
 * The longest number of each gateway, in characters. Shouqianba's documents say 32 for a payment and 64 for the query and
 * the cancel: what may be asked for may be reversed.
 */
const LONGEST = new Map([
  ['alipay', 64],
  ['shouqianba', 64],
  ['daxpay', 100],
]);
const LONGEST_ELSEWHERE = 64;

/** Every number fits into this, of whatever gateway. */
export const LONGEST_ORDER_NUMBER = Math.max(...LONGEST.values());

export const longestOrderNumberOf = (provider: string): number => LONGEST.get(provider) ?? LONGEST_ELSEWHERE;

/**
 * Printable ASCII at every gateway: real numbers hold more than the documents' letters, digits and underscores, and a
 * workflow id, which has the number percent-encoded, may have 1000 bytes.
 */
export const orderNumberPattern = (longest: number): RegExp => new RegExp(`^[!-~]{1,${longest}}$`);

export const orderNumberWords = (longest: number): string =>
  `must be 1 to ${longest} printable ASCII characters without blanks`;
