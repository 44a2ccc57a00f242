/** The programs of docs/integrations.md against a real server, the sandbox and the real API. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkApi } from '../../src/config/api.ts';
import type { RunningWorkers } from '../../src/stand/stand.ts';
import { serveApi } from '../api/support.ts';
import { setUpPython } from '../support/python.ts';
import {
  type Case,
  callsOf,
  handleOf,
  historyOf,
  moneyOf,
  newCase,
  seed,
  until,
  useStand,
} from '../workflows/support.ts';
import { blocksOf, ROOT, textOf } from './blocks.ts';
import { openShell } from './shell.ts';

const DOCUMENT = 'docs/integrations.md';
const PROGRAMS = ['python/start.py', 'java/Start.java', 'go/start.go'] as const;
const BLOCKS = blocksOf(DOCUMENT);
const RUN = BLOCKS.filter(({ mark }) => mark === 'run');
const [signalJoin] = RUN;
const [, makeKey, curl, installSdk, startFromPython] = RUN.map(({ code }) => code);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function sh(script: string, more: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, TEMPORAL_CONFIG_FILE: '/nonexistent', ...more };
    execFile('/bin/sh', ['-e', '-c', script], { cwd: fileURLToPath(ROOT), env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else reject(error);
    });
  });
}

describe('the document', () => {
  const text = textOf(DOCUMENT);

  test.each(PROGRAMS)('shows %s as it is', (program) => {
    expect(BLOCKS.map(({ code }) => `${code}\n`)).toContain(textOf(`docs/examples/${program}`));
  });

  test('names the versions that the programs are built with', () => {
    const pom = textOf('docs/examples/java/pom.xml');
    const java = /<artifactId>temporal-sdk<\/artifactId>\s*<version>(.+?)<\/version>/.exec(pom)?.[1];
    const go = /go\.temporal\.io\/sdk v(\S+)/.exec(textOf('docs/examples/go/go.mod'))?.[1];
    const python = /temporalio==([\d.]+)/.exec(textOf('docs/examples/python/start.py'))?.[1];
    expect(text).toContain(`\`io.temporal:temporal-sdk\` ${java}`);
    expect(text).toContain(`\`go.temporal.io/sdk\` ${go}`);
    expect(text).toContain(`\`temporalio\` ${python}`);
    expect(installSdk).toContain(`temporalio==${python}`);
  });
});

const folder = await mkdtemp(join(tmpdir(), 'unwind-integrations-'));
const inFolder = (script = '') => script.replaceAll('.venv', join(folder, 'venv'));
const hasPython = await setUpPython(inFolder(installSdk));
const world = useStand({ gateways: ['alipay-v3'], withoutWorkers: true });

let workers: RunningWorkers | undefined;
const working = async () => {
  workers ??= await world.stand.startWorkers();
};
afterAll(async () => {
  await workers?.stop();
  await rm(folder, { recursive: true, force: true });
});

const paid = (orderId: string): Case => {
  const the = newCase({ orderId });
  seed(world, the, 'PAID');
  return the;
};

test('the signal, without a worker: what would have been kept is reversed when one runs', async () => {
  const the = paid('JOIN-1');
  await world.stand.client.start(the.input);
  const shell = await openShell(world.server, '');
  try {
    if (signalJoin === undefined) throw new Error('the document has no signal');
    await shell.run(signalJoin);
  } finally {
    await shell.stop();
  }
  await working();
  expect(await world.stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  await workers?.stop();
  workers = undefined;
});

describe.skipIf(!hasPython)('from Python', () => {
  const onServer = () => ({ TEMPORAL_ADDRESS: world.server.address, TEMPORAL_NAMESPACE: world.server.namespace });
  const start = (script = startFromPython) => sh(inFolder(script), onServer());
  const startOf = ({ input: { account, orderId, amount } }: Case, reason: string) => {
    const quoted = `'${orderId.replaceAll("'", `'\\''`)}'`;
    return `.venv/bin/python docs/examples/python/start.py ${account} ${quoted} ${amount} ${reason}`;
  };
  /** As the document says: without a verdict, run it again. */
  const verdictOf = async (script?: string) => {
    const { stdout } = await until(async () => {
      const ended = await start(script);
      if (ended.code !== 0) expect(ended).toMatchObject({ code: 75, stdout: '' });
      return ended.code === 0 && ended;
    });
    return stdout;
  };

  test('without a worker nothing is told; the reversal goes on when there is one, and the same again tells it', async () => {
    const the = paid('PY-1');
    const alone = await start();
    expect(alone).toMatchObject({ code: 75, stdout: '', stderr: expect.stringMatching(/^no verdict, run it again: /) });
    await working();
    expect(await verdictOf()).toBe('kept\n');
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 0 });
  });

  test('a void of an order whose number has every sign that a number can have', async () => {
    await working();
    const the = paid(`PY-!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~aZ09`);
    expect(await verdictOf(startOf(the, 'void'))).toBe('refunded\n');
    expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  });

  test('is the start that our own client makes', async () => {
    await working();
    const [theirs, ours] = [paid('PY-THEIRS'), paid('PY-OURS')];
    await verdictOf(startOf(theirs, 'ambiguous'));
    await world.stand.client.reverse(ours.input);
    const startedAs = async (the: Case) => {
      const [first] = await historyOf(handleOf(world, the));
      const { workflowType, taskQueue, priority, searchAttributes } =
        first?.workflowExecutionStartedEventAttributes ?? {};
      const fields = Object.entries(searchAttributes?.indexedFields ?? {}).map(([name, { data }]) => [
        name,
        String(data).replaceAll(the.order.orderId, 'the order'),
      ]);
      return { workflowType, taskQueue, priority, fields: Object.fromEntries(fields) };
    };
    const started = await startedAs(theirs);
    expect(started).toEqual(await startedAs(ours));
    expect(Object.keys(started.fields)).toHaveLength(5);
  });

  test('a request that is refused has no verdict, and does not ask to be repeated', async () => {
    await working();
    const the = newCase({ orderId: 'PY-BAD', amount: 0 });
    expect(await start(startOf(the, 'void'))).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^no verdict: /),
    });
    expect(callsOf(world, the)).toEqual([]);
  });
});

test('from curl, with a key as it was made: kept, refunded, and how the first one ended', async () => {
  await working();
  const [kept, undone] = [paid('CURL-1'), paid('CURL-2')];
  const made = await sh(makeKey ?? '');
  const problems: string[] = [];
  const { api: section } = parse(made.stderr.slice(made.stderr.indexOf('api:')));
  const config = checkApi(section, () => '', problems);
  expect(problems).toEqual([]);
  const api = await serveApi(world.stand, { keys: config?.keys ?? [] });
  try {
    const script = (curl ?? '').replaceAll('http://127.0.0.1:8080', api.base);
    const answers = await until(async () => {
      const { stdout } = await sh(script, { UNWIND_KEY: made.stdout.trim() });
      const lines = stdout.trim().split('\n');
      const states: { orderId?: string; verdict?: string }[] = lines.map((line) => JSON.parse(line));
      return states.every(({ verdict }) => verdict !== undefined) && states;
    });
    expect(answers.map(({ orderId, verdict }) => [orderId, verdict])).toEqual([
      ['CURL-1', 'kept'],
      ['CURL-2', 'refunded'],
      ['CURL-1', 'kept'],
    ]);
  } finally {
    await api.stop();
  }
  expect(moneyOf(world, kept)).toMatchObject({ taken: 1280, returned: 0 });
  expect(moneyOf(world, undone)).toMatchObject({ taken: 1280, returned: 1280 });
});
