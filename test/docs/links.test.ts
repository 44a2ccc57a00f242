/** What the documents point to is there: files, pictures, sections, and the places that the program names. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { STUCK_REASONS } from '../../src/reversal/outcome.ts';
import { DOCUMENTS, linesOutsideBlocks, ROOT } from './blocks.ts';
import { sectionsOf } from './sections.ts';

interface Link {
  readonly document: string;
  /** As it is written: `operations.md#terminal-keys`, `#act`, `images/list.png`. */
  readonly target: string;
}

const LINKS: readonly Link[] = DOCUMENTS.flatMap((document) => {
  const text = linesOutsideBlocks(document).map((line) => line.text);
  const found = [...text.join(' ').matchAll(/\]\(([^)\s]+)\)/g)];
  return found.flatMap(([, target = '']) => (/^https?:/.test(target) ? [] : [{ document, target }]));
});
const fileOf = ({ document, target }: Link) => {
  const [path] = target.split('#');
  return path ? new URL(path, new URL(`${dirname(document)}/`, ROOT)) : new URL(document, ROOT);
};
const named = ({ document, target }: Link) => [`${document}: ${target}`, { document, target }] as const;

test('the documents link one another', () => {
  expect(LINKS.length).toBeGreaterThan(30);
});

test.each(LINKS.map(named))('%s leads to a file', (_, link) => {
  expect(existsSync(fileOf(link))).toBe(true);
});

test.each(LINKS.filter(({ target }) => target.includes('#')).map(named))('%s leads to a section', (_, link) => {
  const document = fileOf(link).href.slice(ROOT.href.length);
  expect(sectionsOf(document).map(({ anchor }) => anchor)).toContain(link.target.split('#')[1]);
});

test('no two sections of a document have the same address', () => {
  for (const document of DOCUMENTS) {
    const anchors = sectionsOf(document).map(({ anchor }) => anchor);
    expect(new Set(anchors).size, document).toBe(anchors.length);
  }
});

test('the runbook has the addresses that the details of stuck reversals link', () => {
  const anchors = sectionsOf('docs/runbook.md').map(({ anchor }) => anchor);
  expect(anchors).toEqual(expect.arrayContaining(Object.keys(STUCK_REASONS)));
});
