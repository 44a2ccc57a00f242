/** What the gateway shows days later against what was recorded: every view, every action. */
import { describe, expect, test } from 'vitest';
import { auditedAction, contradicts } from '../../src/reversal/audit.ts';
import { VIEW_KEYS } from '../../src/reversal/rules.ts';

const PAID = ['paid', 'finished', 'partlyRefunded'] as const;

describe('an end that was recorded as', () => {
  test.each([
    ['kept', ['absent', 'unpaid', 'closed']],
    ['closed', ['unpaid', ...PAID, 'refunded', 'settlingPayment', 'settlingRefund']],
    ['refunded', ['absent', 'unpaid', ...PAID, 'closed', 'settlingPayment']],
    ['reversed', ['unpaid', ...PAID, 'settlingPayment']],
    ['nothing_to_reverse', ['unpaid', ...PAID, 'refunded', 'settlingPayment', 'settlingRefund']],
  ] as const)('%s is contradicted by these views and no other', (action, views) => {
    expect(new Set(VIEW_KEYS.filter((view) => contradicts(action, view)))).toEqual(new Set(views));
  });
});

describe('what is compared', () => {
  const settled = { finalAction: 'refunded', operator: 'li', evidence: 'receipt 12' } as const;
  test('is the action, or what a person settled instead of one', () => {
    expect(auditedAction('closed', undefined)).toBe('closed');
    expect(auditedAction('closed', settled)).toBe('closed');
    expect(auditedAction('manual', settled)).toBe('refunded');
  });
  test('is nothing where the money went back outside the gateway, or nobody knows what was settled', () => {
    expect(auditedAction('manual', { ...settled, elsewhere: true })).toBeUndefined();
    expect(auditedAction('manual', { ...settled, elsewhere: false })).toBe('refunded');
    expect(auditedAction('manual', undefined)).toBeUndefined();
  });
});
