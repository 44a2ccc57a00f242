/** The published decision tables are what the code does. */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { answerOf } from '../../src/gateways/alipay/answers.ts';
import type { Reply } from '../../src/gateways/alipay/reply.ts';
import { RULES } from '../../src/gateways/rules.ts';
import { ERROR_CODES, ORDER_STATUS } from '../../src/gateways/shouqianba/codes.ts';
import { answerKeyOf } from '../../src/reversal/keys.ts';
import { ruleOf } from '../../src/reversal/rule.ts';
import { ANSWER_KEYS, VIEW_KEYS } from '../../src/reversal/rules.ts';
import { ask, look, send } from '../../src/reversal/tables.ts';
import { duration } from '../../tools/docs/duration.ts';
import { gridTable } from '../../tools/docs/markdown.ts';
import { sentence } from '../../tools/docs/moves.ts';
import { page } from '../../tools/docs/page.ts';
import { play } from '../../tools/docs/play.ts';
import { SAMPLE } from '../../tools/docs/played.ts';
import { SUBJECTS } from '../../tools/docs/subjects.ts';
import { reachableCells } from '../../tools/explore/cells.ts';
import { MODELS } from '../../tools/explore/models/index.ts';

const FOLDER = new URL('../../docs/decisions/', import.meta.url);

test('there is a page for every gateway and no other', async () => {
  expect((await readdir(FOLDER)).sort()).toEqual(
    Object.keys(SUBJECTS)
      .map((name) => `${name}.md`)
      .sort(),
  );
  expect(Object.keys(SUBJECTS).sort()).toEqual(Object.keys(RULES).sort());
});

describe.each(Object.entries(SUBJECTS))('%s', (name, subject) => {
  test('the page is what the code prints: run `npm run docs:decisions` when it is not', async () => {
    expect(await readFile(new URL(`${name}.md`, FOLDER), 'utf8')).toBe(page(subject, 'npm run docs:decisions'));
  });

  test('every code that the legend knows is on the page', async () => {
    const text = await readFile(new URL(`${name}.md`, FOLDER), 'utf8');
    for (const key of VIEW_KEYS) for (const code of subject.legend.views.of(key)) expect(text).toContain(code);
    for (const verb of ['cancel', 'refund'] as const) {
      for (const key of ANSWER_KEYS) {
        for (const code of subject.legend.answers[verb].of(key)) expect(text).toContain(code);
      }
    }
  });
});

test.each(MODELS)('every rule that decides at $name is an anchor of its page, once', async (model) => {
  const anchors = new Map<string, number>();
  for (const cell of reachableCells(model)) {
    const [file, anchor] = ruleOf(model.rules, { kind: 'wait', until: 0, why: 'poll', cell })?.split('#') ?? [];
    const text = await readFile(new URL(`${file}.md`, FOLDER), 'utf8');
    anchors.set(cell, text.split(`<a id="${anchor}"></a>`).length - 1);
  }
  expect(anchors.size).toBeGreaterThan(150);
  expect([...anchors].filter(([, times]) => times !== 1)).toEqual([]);
});

test('a sample answer stands for each row of the tables', () => {
  for (const key of ANSWER_KEYS) expect(answerKeyOf(SAMPLE[key])).toBe(key);
});

describe('what the legend says in words', () => {
  const asked = { orderId: 'R1' };
  const reply = (members: Readonly<Record<string, string>>): Reply => ({
    kind: 'answered',
    ok: members.code === '10000',
    number: members.code,
    code: members.code ?? '',
    trust: 'signed',
    members: new Map(Object.entries({ out_trade_no: 'R1', ...members }).map(([k, v]) => [k, JSON.stringify(v)])),
    evidence: {},
  });

  test('Alipay: retry_flag=Y with any code, 10000 included, is to be sent again', () => {
    for (const code of ['10000', '40004', '20000']) {
      expect(answerOf('cancel', reply({ code, retry_flag: 'Y' }), asked).kind).toBe('again');
    }
  });

  test('Shouqianba: every order status and error code is on the page', async () => {
    const text = await readFile(new URL('shouqianba.md', FOLDER), 'utf8');
    for (const status of ORDER_STATUS.keys()) expect(text).toContain(`\`${status}\``);
    for (const [code, row] of ERROR_CODES) if (row.is !== 'PAY') expect(text).toContain(`\`${code}\``);
  });
});

describe('the words of a cell', () => {
  const { alipay } = RULES;

  test('durations are exact', () => {
    expect(duration(85_800_000)).toBe('23 h 50 min');
    expect(duration(80_000)).toBe('1 min 20 s');
    expect(duration(86_400_000)).toBe('24 h');
    expect(duration(1500)).toBe('1.5 s');
  });

  test('a chain of moves is one sentence', () => {
    const move = look(60_000, send(['close'], ask('refused'), 3));
    expect(sentence(move, alipay)).toBe(
      'Looks for 1 min, then sends `close` (at most 3 times); else asks people: `refused`.',
    );
  });

  test('equal rows and equal columns are merged', () => {
    const rows = [
      { label: 'a', cells: ['1', '1', '2'] },
      { label: 'b', cells: ['1', '1', '2'] },
    ];
    expect(gridTable({ corner: 'x', columns: ['p', 'q', 'r'], rows })).toBe(
      ['| x | p<br>q | r |', '| --- | --- | --- |', '| a<br>b | 1 | 2 |'].join('\n'),
    );
  });
});

describe('the played grid is behaviour', () => {
  test('a payment whose cancel was too late is refunded', () => {
    const paid = { kind: 'paid' } as const;
    const told = play({
      rules: RULES.alipay,
      before: paid,
      sent: { verb: 'cancel', answer: SAMPLE.tooLate },
      after: paid,
    });
    expect(told.said).toBe('`refund` at once');
  });

  test('it changes when the rules change', () => {
    const paid = { kind: 'paid' } as const;
    const rules = { ...RULES.alipay, permits: { ...RULES.alipay.permits, refund: false } };
    const told = play({ rules, before: paid, sent: { verb: 'cancel', answer: SAMPLE.tooLate }, after: paid });
    expect(told.said).toBe('people: `window-over` at once');
  });
});
