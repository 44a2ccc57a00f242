/** The rules of the house: who may know whom. Read from the imports as they are written, types included. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FACES = ['src/client.ts', 'src/worker.ts'];

/** Every file, with those of this project that it names in an import, an export or a dynamic import. */
const GRAPH = new Map(
  globSync('{src,tools,bench}/**/*.ts', { cwd: ROOT }).map((path) => {
    const file = path.split(sep).join('/');
    const text = readFileSync(join(ROOT, file), 'utf8');
    const named = [...text.matchAll(/(?:from|import\()\s*'(\.{1,2}\/[^']+\.ts)'/g)];
    return [
      file,
      named.map(([, to = '']) =>
        normalize(join(dirname(file), to))
          .split(sep)
          .join('/'),
      ),
    ] as const;
  }),
);

/** `src/reversal/decide.ts` is in the room `reversal`; a face is a room of its own, and so is all of `tools`. */
function roomOf(file: string): string {
  const [top = '', room = '', ...rest] = file.split('/');
  return top === 'src' && rest.length > 0 ? room : top === 'src' ? file : top;
}

const ROOMS = new Set([...GRAPH.keys()].map(roomOf));

/** What the files of a room know outside of it, as `file -> file`. */
function arrowsOf(room: string, isForbidden: (room: string) => boolean): string[] {
  return [...GRAPH].flatMap(([file, named]) =>
    roomOf(file) !== room
      ? []
      : named.filter((to) => roomOf(to) !== room && isForbidden(roomOf(to))).map((to) => `${file} -> ${to}`),
  );
}

const except =
  (...known: readonly string[]) =>
  (room: string) =>
    !known.includes(room);
const only =
  (...forbidden: readonly string[]) =>
  (room: string) =>
    forbidden.includes(room);

const RULES: readonly (readonly [room: string, rule: string, isForbidden: (room: string) => boolean])[] = [
  ['reversal', 'knows nobody', except()],
  ['lib', 'knows nobody', except()],
  ['sandbox', 'knows nobody: it is another reading of the same documents', except()],
  ['protocol', 'knows reversal', except('reversal')],
  ['gateways', 'know reversal and lib', except('reversal', 'lib')],
  ['workflows', 'know protocol, reversal and the tables of the gateways', except('protocol', 'reversal', 'gateways')],
  ['activities', 'never know workflows, nor who calls them', only('workflows', 'client', 'worker', 'api', 'cli')],
  [
    'client',
    'never knows the code of workflows or activities',
    only('workflows', 'activities', 'worker', 'api', 'cli'),
  ],
  ['ledger', 'never knows Temporal’s side', only('protocol', 'workflows', 'activities', 'client', 'worker')],
  ['stand', 'never knows cli', only('cli')],
  ['demo', 'never knows cli', only('cli')],
];

describe('the rooms of src', () => {
  test.each(RULES)('%s %s', (room, _, isForbidden) => {
    expect(ROOMS).toContain(room);
    expect(arrowsOf(room, isForbidden)).toEqual([]);
  });

  test('none knows tools, benches or tests', () => {
    const outside = [...GRAPH].flatMap(([file, named]) =>
      file.startsWith('src/') ? named.filter((to) => !to.startsWith('src/')).map((to) => `${file} -> ${to}`) : [],
    );
    expect(outside).toEqual([]);
  });

  test('only tables of the gateways come into a workflow, and nothing of Node', () => {
    expect(arrowsOf('workflows', only('gateways')).map((arrow) => arrow.split(' -> ')[1])).toEqual([
      'src/gateways/rules.ts',
    ]);
    for (const [file] of GRAPH) {
      if (!['reversal', 'protocol', 'workflows'].includes(roomOf(file))) continue;
      expect(readFileSync(join(ROOT, file), 'utf8'), file).not.toMatch(/from 'node:/);
    }
  });

  test('the two public faces are the only loose files, and nothing in src comes in by them', () => {
    const loose = [...GRAPH.keys()].filter((file) => file.startsWith('src/') && file.split('/').length === 2);
    expect(loose.sort()).toEqual(FACES);
    const byFace = [...GRAPH].filter(
      ([file, named]) => file.startsWith('src/') && FACES.some((face) => named.includes(face)),
    );
    expect(byFace.map(([file]) => file)).toEqual([]);
  });
});

test('files know each other one way only: no circle', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const follow = (file: string, way: readonly string[]): void => {
    const met = way.indexOf(file);
    if (met >= 0) return void circles.push([...way.slice(met), file].join(' -> '));
    if (done.has(file)) return;
    for (const to of GRAPH.get(file) ?? []) follow(to, [...way, file]);
    done.add(file);
  };
  for (const file of GRAPH.keys()) follow(file, []);
  expect(circles).toEqual([]);
});
