/** Amounts for people. Free of dependencies, so that workflow code can use it. */

/**
 * ISO 4217: how many digits the minor unit has, where it is not two. `Intl` knows them as the CLDR has them, which
 * differs for a dozen currencies (IQD, PKR, LBP …), and moves with the version of Node.
 */
const DIGITS: Readonly<Record<string, readonly string[]>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
  3: ['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'],
  4: ['CLF', 'UYW'],
};
const DIGITS_OF = new Map(
  Object.entries(DIGITS).flatMap(([digits, codes]) => codes.map((code) => [code, Number(digits)] as const)),
);
const USUAL = 2;

/** `12.80`, of minor units: 1280 is 12.80 in CNY, 1280 in JPY, 1.280 in KWD. */
export function majorOf(amount: number, currency: string): string {
  const digits = DIGITS_OF.get(currency) ?? USUAL;
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const sign = amount < 0 ? '-' : '';
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** `12.80 CNY`. Without a currency, the amount as it is: how many digits its minor unit has is not known. */
export function moneyOf(amount: number, currency: string | undefined): string {
  return currency === undefined ? `${amount} minor units` : `${majorOf(amount, currency)} ${currency}`;
}
