/** How a mutant is written in docs/mutation.md: the line as the mutant has it; one that spans lines in one line. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** @param place lines and columns count from 1 */
export function mutantLine(
  source: string,
  place: { readonly start: Place; readonly end: Place },
  replacement: string,
): string {
  const lines = source.split('\n');
  const before = lines[place.start.line - 1]?.slice(0, place.start.column - 1) ?? '';
  const after = lines[place.end.line - 1]?.slice(place.end.column - 1) ?? '';
  return `${before}${replacement}${after}`.replace(/\s+/g, ' ').trim();
}
