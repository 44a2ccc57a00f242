/** The sections of the documents, and the addresses that links give them. */
import { type Block, blocksOf, linesOutsideBlocks } from './blocks.ts';

export interface Section {
  readonly title: string;
  readonly level: number;
  readonly anchor: string;
  /** Prose, without the code blocks. */
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** As GitHub makes it: no punctuation, hyphens for blanks. */
export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

/** The sections of a document in their order; each ends at the next heading of any level. */
export function sectionsOf(document: string): readonly Section[] {
  const lines = linesOutsideBlocks(document);
  const heads = lines.flatMap(({ number, text }) => {
    const [, marks = '', title] = /^(#+) (.*)$/.exec(text) ?? [];
    return title === undefined ? [] : [{ number, level: marks.length, title }];
  });
  const blocks = blocksOf(document);
  return heads.map(({ number, level, title }, at) => {
    const next = heads[at + 1]?.number ?? Number.POSITIVE_INFINITY;
    const within = (line: number) => line > number && line < next;
    return {
      title,
      level,
      anchor: anchorOf(title),
      text: lines.flatMap((line) => (within(line.number) ? [line.text] : [])).join('\n'),
      blocks: blocks.filter(({ line }) => within(line)),
    };
  });
}
