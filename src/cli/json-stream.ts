/** One JSON object whose lists are printed as they are read, since together they may be of any length. */
import { drained, print } from './output.ts';

const indented = (value: unknown, by: string) => JSON.stringify(value, null, 2).replaceAll('\n', `\n${by}`);

/**
 * Prints it in the form of `printJson`: first the values, then the lists, each page by page. When a page cannot be read
 * the object stays unfinished, which no parser takes.
 */
export async function printJsonLists(
  values: Readonly<Record<string, unknown>>,
  lists: Readonly<Record<string, AsyncIterable<readonly unknown[]>>>,
): Promise<void> {
  const heads = Object.entries(values).map(([name, value]) => `  ${JSON.stringify(name)}: ${indented(value, '  ')}`);
  let before = `{\n${heads.join(',\n')}`;
  for (const [name, pages] of Object.entries(lists)) {
    before = `${before},\n  ${JSON.stringify(name)}: [`;
    let first = true;
    for await (const items of pages) {
      if (items.length === 0) continue;
      print(`${before}${first ? '' : ','}`);
      // The last item of a page waits for what follows: a comma, or the end of the list.
      before = items.map((item) => `    ${indented(item, '    ')}`).join(',\n');
      await drained();
      first = false;
    }
    before = first ? `${before}]` : `${before}\n  ]`;
  }
  print(`${before}\n}`);
}
