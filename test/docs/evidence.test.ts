/** The runbook's table of what is kept for the books, against the names that the gateways keep. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BOOKED as ALIPAY } from '../../src/gateways/alipay/reply.ts';
import { BOOKED as DAXPAY } from '../../src/gateways/daxpay/views.ts';
import { KEPT as SHOUQIANBA } from '../../src/gateways/shouqianba/order.ts';

const RUNBOOK = readFileSync('docs/runbook.md', 'utf8');

const row = (gateway: string) => {
  const line = RUNBOOK.split('\n').find((it) => it.startsWith(`| ${gateway} |`)) ?? '';
  return new Set([...line.matchAll(/`(\w+)`/g)].map(([, name]) => name));
};

/** States of the order, which its view says already. */
const STATES = ['order_status', 'status'];

it.each([
  ['Alipay', [...Object.keys(ALIPAY).filter((it) => /_no$|^gmt|settlement/.test(it)), ...Object.values(ALIPAY)]],
  ['Shouqianba', SHOUQIANBA.filter((name) => !STATES.includes(name))],
  ['DaxPay', DAXPAY],
])('the row of %s names all of it', (gateway, names) => {
  const told = row(gateway);
  expect(names.filter((name) => !told.has(name))).toEqual([]);
  expect(names.length).toBeGreaterThan(5);
});
