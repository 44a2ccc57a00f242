/** The survivors that docs/mutation.md explains: rows of its tables, `| file | the changed line | why |`. */
const CODE = /^`+ ?(.*?) ?`+$/;

const cellsOf = (row: string) => row.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
const codeOf = (cell = '') => CODE.exec(cell)?.[1] ?? cell;

export const keyOf = (file: string, line: string) => `${file}: ${line}`;

/** A row for the document, without its reason. */
export function rowOf(file: string, line: string): string {
  const fence = line.includes('`') ? '``' : '`';
  const code = fence.length > 1 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
  return `| ${file} | ${code.replaceAll('|', '\\|')} | |`;
}

/** Keys of the rows that give a reason. */
export function explainedIn(document: string): ReadonlySet<string> {
  return new Set(
    document
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map(cellsOf)
      .filter(([, , , why]) => why !== undefined && why !== '')
      .map(([, file = '', line]) => keyOf(file, codeOf(line))),
  );
}
