/**
 * Prints every gateway's decision tables from the code into docs/decisions.
 *
 *     npm run docs:decisions             writes the pages
 *     npm run docs:decisions -- --check  writes nothing; ends with 1 when a page differs from the code
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { page } from './docs/page.ts';
import { SUBJECTS } from './docs/subjects.ts';

const FOLDER = new URL('../docs/decisions/', import.meta.url);
const COMMAND = 'npm run docs:decisions';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const read = (file: URL) => readFile(file, 'utf8').catch(() => undefined);

let differ = 0;
await mkdir(FOLDER, { recursive: true });
for (const [name, subject] of Object.entries(SUBJECTS)) {
  const file = new URL(`${name}.md`, FOLDER);
  const printed = page(subject, COMMAND);
  if ((await read(file)) === printed) continue;
  differ += 1;
  if (values.check) console.error(`docs/decisions/${name}.md differs from the code`);
  else {
    await writeFile(file, printed);
    console.error(`wrote ${fileURLToPath(file)}`);
  }
}
if (values.check && differ > 0) {
  console.error(`Run \`${COMMAND}\` and commit what it writes.`);
  process.exitCode = 1;
}
