/** The commands and the program that the documents begin with, run as they stand against a real server and the sandbox. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTemporalServer, type TemporalServer } from '../../src/dev/temporal-server.ts';
import { faster } from '../../src/stand/speed.ts';
import { type Stand, startStand } from '../../src/stand/stand.ts';
import { blocksOf, ROOT } from './blocks.ts';
import { openShell, type Shell } from './shell.ts';

const run = promisify(execFile);
const marked = (document: string, language: string) =>
  blocksOf(document).filter((block) => block.mark === 'run' && block.language === language);

let server: TemporalServer;
let stand: Stand;
let shell: Shell;

beforeAll(async () => {
  server = await startTemporalServer();
  const { address, namespace } = server;
  stand = await startStand({
    address,
    namespace,
    gateways: ['alipay-v3'],
    overrides: () => faster('alipay', 300, 1500),
  });
  shell = await openShell(server, stand.sandbox.controlUrl);
}, 60_000);
afterAll(async () => {
  await stand?.stop();
  await server?.stop();
  await shell?.stop();
});

describe('docs/starting.md and docs/sandbox.md', { timeout: 60_000 }, () => {
  const [start, answer, cli] = marked('docs/starting.md', 'sh');
  const [sandbox] = marked('docs/sandbox.md', 'sh');

  test('the TypeScript program', async () => {
    const [block] = marked('docs/starting.md', 'ts');
    const folder = fileURLToPath(new URL('.cache/docs/', ROOT));
    await mkdir(folder, { recursive: true });
    const program = (block?.code ?? '').replace("'unwind/client'", "'../../src/client.ts'");
    await writeFile(join(folder, 'readme.ts'), program);
    const { stdout } = await run(process.execPath, [join(folder, 'readme.ts')], { env: shell.env });
    expect(stdout.trim().split('\n').at(-1)).toBe('nothing_to_reverse');
  });

  test('start, and ask for the state', async () => {
    if (start === undefined) throw new Error('no block');
    expect(await shell.run(start)).toMatch(/"status":"(checking|reversing|watching)"/);
  });

  test('start or join, and be answered', async () => {
    if (answer === undefined) throw new Error('no block');
    expect(await shell.run(answer)).toMatch(/"status":\s*"\w+"/);
  });

  test('the command line', async () => {
    if (cli === undefined) throw new Error('no block');
    const [begun] = (await shell.run(cli)).split('\n');
    expect(JSON.parse(begun ?? '')).toMatchObject({ orderId: 'README-4', status: 'started' });
  });

  test('an order at the sandbox, with a fault', async () => {
    if (sandbox === undefined) throw new Error('no block');
    const lines = (await shell.run(sandbox)).trim().split('\n');
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ orderId: 'README-5', finalAction: 'refunded' });
    expect(lines[2]).toMatch(/"query".*"cancel".*resetAfter.*"query"/);
    expect(JSON.parse(lines[3] ?? '')).toMatchObject({ taken: 1280, returned: 1280 });
  });

  test('no other block is said to be run', () => {
    expect(marked('docs/starting.md', 'sh')).toHaveLength(3);
    expect(marked('docs/starting.md', 'ts')).toHaveLength(1);
    expect(marked('docs/sandbox.md', 'sh')).toHaveLength(1);
    expect(marked('README.md', 'sh')).toEqual([]);
  });
});
