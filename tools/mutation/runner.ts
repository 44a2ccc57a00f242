/**
 * A Stryker runner in its own process: the test files are loaded once, and again only for a mutant that is active while
 * they load. Through Vitest's own runner every mutant costs a new worker that collects thousands of tests.
 */
import { globSync, readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { INSTRUMENTER_CONSTANTS, type MutantCoverage } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { partOf } from './parts.ts';
import { collected, performed, type Suite, type Test } from './vitest-words.ts';

/** What the instrumented code reads and writes. */
interface Namespace {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: MutantCoverage;
}

const WORDS = new URL('./vitest-words.ts', import.meta.url).href;
const PROJECT = pathToFileURL(`${process.cwd()}/`).href;
let load = 1;

/** Each load has modules of its own; the tests' `vitest` is the one of this runner. */
function hook(): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'vitest' && context.parentURL !== WORDS) return { url: WORDS, shortCircuit: true };
      const found = next(specifier, context);
      const ours = found.url.startsWith(PROJECT) && !found.url.includes('/node_modules/');
      return ours ? { ...found, url: `${found.url}?load=${load}` } : found;
    },
    load(url, context, next) {
      if (!/\.ts\?load=\d+$/.test(url)) return next(url, context);
      return { format: 'module', source: stripped(fileURLToPath(url)), shortCircuit: true };
    },
  });
}

const sources = new Map<string, string>();
/** The types are stripped once, not at every load. */
function stripped(path: string): string {
  const source = sources.get(path) ?? stripTypeScriptTypes(readFileSync(path, 'utf8'));
  sources.set(path, source);
  return source;
}

const filesOf = (patterns: readonly string[]) => patterns.flatMap((pattern) => globSync(pattern).sort());

/** What one file writes down, at this load. */
const collectedFrom = (path: string): Promise<Suite> =>
  collected(path, () => import(`${pathToFileURL(resolve(path)).href}?load=${load}`));

const isTest = (member: Suite | Test): member is Test => 'run' in member;
const idOf = (member: Suite | Test): string =>
  member.parent === undefined ? member.name : `${idOf(member.parent)} > ${member.name}`;

class InProcessRunner implements TestRunner {
  readonly namespace: Namespace = {};
  files: Suite[] | undefined;
  results: TestResult[] = [];
  wanted: ReadonlySet<string> | undefined;
  bail = false;
  isFirstRun = false;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    Object.assign(globalThis, { [INSTRUMENTER_CONSTANTS.NAMESPACE]: this.namespace });
    hook();
  }

  async dryRun(): Promise<DryRunResult> {
    this.begin(undefined, false);
    const files = await this.loaded();
    this.isFirstRun = true;
    for (const file of files) await this.runSuite(file);
    this.isFirstRun = false;
    const { mutantCoverage } = this.namespace;
    return { status: DryRunStatus.Complete, tests: this.results, ...(mutantCoverage && { mutantCoverage }) };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, mutantActivation, hitLimit, testFilter, disableBail } = options;
    const { namespace } = this;
    if (mutantActivation === 'runtime') await this.loaded();
    this.begin(testFilter && new Set(testFilter), !disableBail);
    Object.assign(namespace, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
    try {
      if (mutantActivation === 'static') await this.runAnew();
      else for (const file of await this.loaded()) await this.runSuite(file);
    } catch (error) {
      return toMutantRunResult({ status: DryRunStatus.Error, errorMessage: String(error) });
    } finally {
      namespace.activeMutant = undefined;
    }
    const timeout = determineHitLimitReached(namespace.hitCount, hitLimit);
    return toMutantRunResult(timeout ?? { status: DryRunStatus.Complete, tests: this.results });
  }

  begin(wanted: ReadonlySet<string> | undefined, bail: boolean): void {
    this.results = [];
    this.wanted = wanted;
    this.bail = bail;
  }

  async loaded(): Promise<readonly Suite[]> {
    if (this.files === undefined) {
      this.files = [];
      for (const path of filesOf(partOf().tests)) this.files.push(await collectedFrom(path));
    }
    return this.files;
  }

  /** File by file, so that what the first one notices needs no other. */
  async runAnew(): Promise<void> {
    load += 1;
    for (const path of filesOf(partOf().tests)) {
      if (this.isOver) return;
      await this.runSuite(await collectedFrom(path));
    }
  }

  get isOver(): boolean {
    return this.bail && this.results.some(({ status }) => status === TestStatus.Failed);
  }

  isWanted(member: Suite | Test): boolean {
    if (isTest(member)) return this.wanted?.has(idOf(member)) ?? true;
    return member.members.some((inner) => this.isWanted(inner));
  }

  async runSuite(suite: Suite): Promise<void> {
    if (this.isOver || !this.isWanted(suite)) return;
    for (const body of suite.before) await body();
    for (const member of suite.members) {
      if (!isTest(member)) await this.runSuite(member);
      else if (!this.isOver && this.isWanted(member)) this.results.push(await this.resultOf(member));
    }
    for (const body of suite.after.toReversed()) await body();
  }

  async resultOf(test: Test): Promise<TestResult> {
    const id = idOf(test);
    const began = performance.now();
    const result = () => ({ id, name: id, timeSpentMs: performance.now() - began });
    // Only the first run has to know which test reaches which mutant: writing that down is half of the time.
    if (this.isFirstRun) this.namespace.currentTestId = id;
    try {
      await performed(async () => {
        for (const body of chain(test).flatMap(({ beforeEach }) => beforeEach)) await body();
        await test.run();
      });
      return { ...result(), status: TestStatus.Success };
    } catch (error) {
      return { ...result(), status: TestStatus.Failed, failureMessage: String(error) };
    } finally {
      for (const body of chain(test).flatMap(({ afterEach }) => afterEach)) await body();
      this.namespace.currentTestId = undefined;
    }
  }
}

/** The suites around a test, the outermost first. */
function chain({ parent }: Test): readonly Suite[] {
  const suites: Suite[] = [];
  for (let suite: Suite | undefined = parent; suite !== undefined; suite = suite.parent) suites.unshift(suite);
  return suites;
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
