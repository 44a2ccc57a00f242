/** The code blocks of the documents. */
import { readdirSync, readFileSync } from 'node:fs';

export const ROOT = new URL('../../', import.meta.url);

/** Every document that people write; the decision tables are printed. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  ...readdirSync(new URL('docs/', ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export const textOf = (document: string) => readFileSync(new URL(document, ROOT), 'utf8');

export interface Block {
  readonly document: string;
  readonly line: number;
  readonly language: string;
  /** What the comment on the line before the block says. */
  readonly mark: string;
  readonly code: string;
}

const FENCE = /^( *)```(\w*)$/;

/** The blocks of a document in their order. */
export function blocksOf(document: string): readonly Block[] {
  const lines = textOf(document).split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const [, indent = '', language] = FENCE.exec(lines[at] ?? '') ?? [];
    if (language === undefined) continue;
    const end = lines.indexOf(`${indent}\`\`\``, at + 1);
    if (end < 0) throw new Error(`${document}:${at + 1}: a block without an end`);
    const mark = /^<!-- (.*) -->$/.exec(lines[at - 1] ?? '')?.[1] ?? '';
    const code = lines.slice(at + 1, end).map((line) => line.slice(indent.length));
    blocks.push({ document, line: at + 1, language, mark, code: code.join('\n') });
    at = end;
  }
  return blocks;
}

/** The lines that are no code, with their numbers, the first line being 1. */
export function linesOutsideBlocks(document: string): readonly { readonly number: number; readonly text: string }[] {
  const ends = blocksOf(document).map(({ line, code }) => [line, line + code.split('\n').length + 1] as const);
  return textOf(document)
    .split('\n')
    .map((text, at) => ({ number: at + 1, text }))
    .filter(({ number }) => ends.every(([first, last]) => number < first || number > last));
}

export const ALL_BLOCKS = DOCUMENTS.flatMap(blocksOf);
export const nameOf = ({ document, line }: Block) => `${document}:${line}`;
