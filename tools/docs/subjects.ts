/** The pages that are printed, by file name. */
import type { ProfileName } from '../../src/gateways/daxpay/codes.ts';
import { RULES } from '../../src/gateways/rules.ts';
import type { Rules } from '../../src/reversal/rules.ts';
import { alipayLegend } from './legend/alipay.ts';
import { daxpayLegend } from './legend/daxpay.ts';
import { shouqianbaLegend } from './legend/shouqianba.ts';
import type { Subject } from './tables.ts';

const DAXPAY: Readonly<Record<ProfileName, readonly [title: string, rules: Rules, intro: string]>> = {
  c: [
    'DaxPay 2.0.8 (profile `c`)',
    RULES['daxpay-c'],
    'A closed order of 2.0.8 can come back to life when the channel says that it was paid. It is synced and watched ' +
      'before `closed` is concluded.',
  ],
  e: [
    'DaxPay 3.0.0 (profile `e`)',
    RULES['daxpay-e'],
    'A closed order never changes. `fail` may be a mere transport error.',
  ],
  f: [
    'DaxPay Open 1.0 (profile `f`)',
    RULES['daxpay-f'],
    'Final states never change. `fail` is final, and no proof that nobody paid.',
  ],
};

function daxpay(profile: ProfileName): Subject {
  const [title, rules, intro] = DAXPAY[profile];
  return {
    title,
    rules,
    legend: daxpayLegend(profile),
    undo: ['close', 'cancel'],
    hasClose: false,
    intro: [
      'DaxPay stands between the merchant and the payment channel, and its own state is only its memory: `sync` asks ' +
        'the channel. It is neither a look nor harmless (it can change the order), so it is sent once, never to an ' +
        'order that a look shows paid, and always followed by a look.',
      intro,
      '`close` never moves money: a paid order is refused. `cancel` (for `e` and `f` a close with `useCancel`) makes ' +
        'the channel give money back without a refund that DaxPay records, so an account must allow it.',
    ],
  };
}

export const SUBJECTS: Readonly<Record<string, Subject>> = {
  alipay: {
    title: 'Alipay',
    rules: RULES.alipay,
    legend: alipayLegend(),
    undo: ['cancel'],
    hasClose: true,
    intro: ['Holds for the classic gateway (`alipay.trade.*`) and for OpenAPI v3.'],
  },
  shouqianba: {
    title: 'Shouqianba',
    rules: RULES.shouqianba,
    legend: shouqianbaLegend(),
    undo: ['cancel', 'revoke'],
    hasClose: false,
    intro: [
      'Shouqianba has two calls that undo a payment: `cancel`, the automatic one, for what is unknown, and `revoke`, ' +
        'the manual one, for a paid order that a person voids on the same day. Both answer alike.',
    ],
  },
  'daxpay-c': daxpay('c'),
  'daxpay-e': daxpay('e'),
  'daxpay-f': daxpay('f'),
};
