import type { Fields } from './reply.ts';
import type { Shape } from './shape.ts';

const amountNames: ReadonlySet<string> = new Set([
  'buyer_pay_amount',
  'invoice_amount',
  'point_amount',
  'receipt_amount',
  'refund_amount',
  'refund_fee',
  'total_amount',
]);

const unknownMembers: Fields = {
  future_flag: true,
  future_object: { list: [1, { '}': ']' }], sign: 'no signature', text: 'a "quoted" {brace} / 斜线' },
};

/** Members in the order of the gateway's samples: the code first, the rest by name. */
const leading: readonly string[] = ['code', 'msg', 'sub_code', 'sub_msg'];

/** A body with the members that are not `undefined`, bent into the shape asked for. */
export function renderJson(fields: Fields, shape: Shape): string {
  const all = { ...fields, ...(shape.unknownMembers && unknownMembers) };
  const members = Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([name, value]) => `${JSON.stringify(name)}:${renderValue(name, value, shape)}`);
  let text = `{${members.join(',')}}`;
  // Slashes and letters beyond ASCII stand in JSON only inside strings.
  if (shape.escapedSlashes) text = text.replaceAll('/', '\\/');
  if (shape.escapedUnicode) text = text.replace(/[^\0-\x7f]/g, escapeUnit);
  return text;
}

function renderValue(name: string, value: unknown, shape: Shape): string {
  if (shape.amountsAsNumbers && amountNames.has(name)) return String(value);
  return JSON.stringify(value);
}

function rank(name: string): number {
  const at = leading.indexOf(name);
  return at < 0 ? leading.length : at;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The members as they are with another order's number or another amount inside, where the shape asks for it. */
export function bendFields(fields: Fields, shape: Shape): Fields {
  const bent: Record<string, unknown> = { ...fields };
  if (shape.noRefundStatus) delete bent.refund_status;
  if (shape.wrongOutTradeNo && typeof bent.out_trade_no === 'string') bent.out_trade_no += '9';
  if (shape.wrongAmount) {
    for (const name of amountNames) if (typeof bent[name] === 'string') bent[name] = oneMore(bent[name]);
  }
  return bent;
}

function oneMore(amount: string): string {
  return amount.replace(/^\d+/, (whole) => String(Number(whole) + 1));
}
