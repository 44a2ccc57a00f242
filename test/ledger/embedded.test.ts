import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLedger, readAll } from '../../src/ledger/index.ts';

const MODULE = new URL('../../src/ledger/index.ts', import.meta.url).href;
const order = { provider: 'alipay', account: 'a', orderId: '1' };

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'unwind-embedded-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

/** A process that opens the ledger and then sends acts without an end, printing each number once it is written. */
function writer(): { readonly child: ChildProcess; readonly lines: string[] } {
  const script = `
    const { openLedger } = await import('${MODULE}');
    const ledger = await openLedger({ dataDir: process.argv[1] });
    console.log('open');
    const order = ${JSON.stringify(order)};
    for (let seq = 1; ; seq++) {
      await ledger.aboutToSend({ order, seq, verb: 'cancel', workflowId: 'w', runId: 'r', now: seq });
      console.log(seq);
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return { child, lines };
}

it('has one owner process, and loses nothing that was written when that is killed', { timeout: 180_000 }, async () => {
  const { child, lines } = writer();
  await expect.poll(() => lines.length, { timeout: 120_000 }).toBeGreaterThan(200);
  await expect(openLedger({ dataDir })).rejects.toThrow(
    new RegExp(
      `in use by process ${child.pid}, since .* stop that one, name another ledger.dataDir, or use PostgreSQL`,
    ),
  );
  child.kill('SIGKILL');
  await once(child, 'close');

  const ledger = await openLedger({ dataDir });
  const written = (await readAll(ledger.acts, order)).map(({ seq }) => `${seq}`);
  await ledger.close();
  const printed = lines.slice(1);
  expect(written.slice(0, printed.length)).toEqual(printed);
  // At most the one that was written and not printed yet.
  expect(written.length - printed.length).toBeLessThanOrEqual(1);
});

it('refuses a second opening within the process, and opens again once it is closed', async () => {
  const first = await openLedger({ dataDir });
  await expect(openLedger({ dataDir })).rejects.toThrow(`in use by process ${process.pid}`);
  await first.close();
  await first.close();
  await (await openLedger({ dataDir })).close();
});

it('makes a key of its own that only its user can read', async () => {
  const ledger = await openLedger({ dataDir });
  await ledger.terminalKeys.replace('t', undefined, { current: 'k', rotatedAt: 1 });
  await ledger.close();
  const file = join(dataDir, 'ledger.key');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(Buffer.from(await readFile(file, 'utf8'), 'base64')).toHaveLength(32);
  const again = await openLedger({ dataDir });
  expect(await again.terminalKeys.load('t')).toEqual({ current: 'k', rotatedAt: 1 });
  await again.close();
});

it('says what a usable encryption key is', async () => {
  await expect(openLedger({ dataDir, encryptionKey: 'short' })).rejects.toThrow('must be 32 bytes in base64');
});
