/** Vitest's words for a runner in this process: tests are only written down here. `expect` is Vitest's own. */
type Body = (...given: readonly unknown[]) => unknown;

export interface Suite {
  readonly name: string;
  readonly parent: Suite | undefined;
  readonly before: Body[];
  readonly after: Body[];
  readonly beforeEach: Body[];
  readonly afterEach: Body[];
  readonly members: (Suite | Test)[];
}
export interface Test {
  readonly name: string;
  readonly parent: Suite;
  readonly run: () => unknown;
}

const suiteIn = (name: string, parent: Suite | undefined): Suite => ({
  name,
  parent,
  before: [],
  after: [],
  beforeEach: [],
  afterEach: [],
  members: [],
});

let suite = suiteIn('', undefined);
let finishing: Body[] = [];

/** What a file writes down while `load` runs. */
export async function collected(name: string, load: () => Promise<unknown>): Promise<Suite> {
  const file = suiteIn(name, undefined);
  suite = file;
  await load();
  return file;
}

/** Runs one test; what it wanted to be called at its end is called then. */
export async function performed(run: () => unknown): Promise<void> {
  finishing = [];
  try {
    await run();
  } finally {
    for (const body of finishing.reverse()) await body();
  }
}

const bodyOf = (args: readonly unknown[]): Body => {
  const body = args.find((arg) => typeof arg === 'function');
  if (typeof body !== 'function') throw new Error('a test without a body');
  return (...given) => body(...given);
};

/** A row's values as the body takes them. */
const given = (row: unknown): readonly unknown[] => (Array.isArray(row) ? row : [row]);

function addTest(name: string, run: () => unknown): void {
  suite.members.push({ name, parent: suite, run });
}

function addSuite(name: string, body: Body, values: readonly unknown[]): void {
  const parent = suite;
  const child = suiteIn(name, parent);
  parent.members.push(child);
  suite = child;
  body(...values);
  suite = parent;
}

const each =
  (add: (name: string, body: Body, values: readonly unknown[]) => void) =>
  (rows: readonly unknown[]) =>
  (name: string, ...args: readonly unknown[]) => {
    // By its place, not by its values: they may be made anew in every process, such as keys.
    for (const [n, row] of rows.entries()) add(`${name} #${n + 1}`, bodyOf(args), given(row));
  };

async function fails(body: Body): Promise<void> {
  let failed = false;
  try {
    await body({ expect });
  } catch {
    failed = true;
  }
  if (!failed) throw new Error('passes although it is known to fail');
}

export const test = Object.assign(
  (name: string, ...args: readonly unknown[]) => addTest(name, () => bodyOf(args)({ expect })),
  {
    each: each((name, body, values) => addTest(name, () => body(...values))),
    fails: (name: string, ...args: readonly unknown[]) => addTest(name, () => fails(bodyOf(args))),
  },
);
export const it = test;
export const describe = Object.assign((name: string, ...args: readonly unknown[]) => addSuite(name, bodyOf(args), []), {
  each: each(addSuite),
});
export const beforeAll = (body: Body) => void suite.before.push(body);
export const afterAll = (body: Body) => void suite.after.push(body);
export const beforeEach = (body: Body) => void suite.beforeEach.push(body);
export const afterEach = (body: Body) => void suite.afterEach.push(body);
export const onTestFinished = (body: Body) => void finishing.push(body);

// Vitest's `expect` asks the worker that it believes to be in for its configuration.
Object.assign(globalThis, { __vitest_worker__: { config: { expect: {} }, environment: { name: 'node' } } });
export const { expect } = await import('vitest');
