/** The commands and the program of the documents, run as they stand against a real server and the sandbox. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTemporalCli } from '../../src/dev/temporal-cli.ts';
import { startTemporalServer, type TemporalServer } from '../../src/dev/temporal-server.ts';
import { faster } from '../../src/stand/speed.ts';
import { type Stand, startStand } from '../../src/stand/stand.ts';
import { type Block, blocksOf, nameOf, ROOT } from './blocks.ts';

const run = promisify(execFile);
const marked = (document: string, language: string) =>
  blocksOf(document).filter((block) => block.mark === 'run' && block.language === language);

let server: TemporalServer;
let stand: Stand;
let bin: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  server = await startTemporalServer();
  const { address, namespace } = server;
  stand = await startStand({
    address,
    namespace,
    gateways: ['alipay-v3'],
    overrides: () => faster('alipay', 300, 1500),
  });
  // The documents say `temporal`; here it is the one that the server was started with.
  bin = await mkdtemp(join(tmpdir(), 'unwind-bin-'));
  await symlink(await findTemporalCli({ log: () => {} }), join(bin, 'temporal'));
  env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
  };
}, 60_000);
afterAll(async () => {
  await stand?.stop();
  await server?.stop();
  await rm(bin, { recursive: true, force: true });
});

/** Runs a block; the address of the control API is another one in a test. */
async function shell({ code }: Block): Promise<string> {
  const script = code.replaceAll('http://127.0.0.1:8700', stand.sandbox.controlUrl);
  const { stdout } = await run('/bin/sh', ['-e', '-c', script], { cwd: fileURLToPath(ROOT), env });
  return stdout;
}

describe('README.md', { timeout: 60_000 }, () => {
  const [start, answer, cli, sandbox] = marked('README.md', 'sh');

  test('the TypeScript program', async () => {
    const [block] = marked('README.md', 'ts');
    const folder = fileURLToPath(new URL('.cache/docs/', ROOT));
    await mkdir(folder, { recursive: true });
    const program = (block?.code ?? '').replace("'unwind/client'", "'../../src/client.ts'");
    await writeFile(join(folder, 'readme.ts'), program);
    const { stdout } = await run(process.execPath, [join(folder, 'readme.ts')], { env });
    expect(stdout.trim().split('\n').at(-1)).toBe('nothing_to_reverse');
  });

  test('start, and ask for the state', async () => {
    if (start === undefined) throw new Error('no block');
    expect(await shell(start)).toMatch(/"status":"(checking|reversing|watching)"/);
  });

  test('start or join, and be answered', async () => {
    if (answer === undefined) throw new Error('no block');
    expect(await shell(answer)).toMatch(/"status":\s*"\w+"/);
  });

  test('the command line', async () => {
    if (cli === undefined) throw new Error('no block');
    const [begun] = (await shell(cli)).split('\n');
    expect(JSON.parse(begun ?? '')).toMatchObject({ orderId: 'README-4', status: 'started' });
  });

  test('an order at the sandbox, with a fault', async () => {
    if (sandbox === undefined) throw new Error('no block');
    const lines = (await shell(sandbox)).trim().split('\n');
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ orderId: 'README-5', finalAction: 'refunded' });
    expect(lines[2]).toMatch(/"query".*"cancel".*resetAfter.*"query"/);
    expect(JSON.parse(lines[3] ?? '')).toMatchObject({ taken: 1280, returned: 1280 });
  });

  test('no other block is said to be run', () => {
    expect(marked('README.md', 'sh')).toHaveLength(4);
    expect(marked('README.md', 'ts')).toHaveLength(1);
  });
});

test('docs/operations.md, on a reversal that is stuck', { timeout: 120_000 }, async () => {
  const order = { provider: 'alipay', account: 'alipay-v3', orderId: 'OPS-1' } as const;
  stand.sandbox.seed('alipay', { orderId: order.orderId, amount: 1280, state: 'PAID', flags: { frozen: true } });
  const asked = { ...order, amount: 1280, currency: 'CNY', reason: 'ambiguous', ifPaid: 'reverse' } as const;
  await stand.client.reverse(asked, { answerWithinMs: 5000 });
  await expect.poll(async () => (await stand.client.status(order))?.stuckReason, { timeout: 10_000 }).toBe('frozen');
  for (const block of marked('docs/operations.md', 'sh')) {
    await shell(block).catch((error: unknown) => {
      throw new Error(nameOf(block), { cause: error });
    });
  }
  expect(await stand.client.result(order)).toMatchObject({ action: 'manual', resolution: { action: 'refunded' } });
});
