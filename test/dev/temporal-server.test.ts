import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChild } from '../../src/dev/child-process.ts';
import { freePort } from '../../src/dev/free-port.ts';
import { findTemporalCli } from '../../src/dev/temporal-cli.ts';
import { startTemporalServer } from '../../src/dev/temporal-server.ts';
import { SEARCH_ATTRIBUTES } from '../../src/protocol/visibility.ts';

const NAMES = Object.values(SEARCH_ATTRIBUTES).map(({ name }) => name);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unwind-server-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function inspect(address: string) {
  const connection = Connection.lazy({ address });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    const days = Number(config?.workflowExecutionRetentionTtl?.seconds) / 86_400;
    return { attributes: Object.keys(customAttributes ?? {}), days };
  } finally {
    await connection.close();
  }
}

describe('startTemporalServer', () => {
  it('starts with the search attributes, thirty days of retention and a Web UI', async () => {
    const server = await startTemporalServer({ uiPort: 0 });
    try {
      const { attributes, days } = await inspect(server.address);
      expect(attributes).toEqual(expect.arrayContaining(NAMES));
      expect(days).toBe(30);
      expect((await fetch(server.uiUrl ?? '')).status).toBe(200);
    } finally {
      await server.stop();
    }
  });

  it('keeps a database file over kill -9, and takes the same port again', async () => {
    const dbFile = join(folder, 'kept.db');
    const first = await startTemporalServer({ dbFile });
    process.kill(first.pid, 'SIGKILL');
    await first.stop();
    const again = await startTemporalServer({ dbFile, port: Number(first.address.split(':')[1]) });
    expect(again.address).toBe(first.address);
    await again.stop();
  });

  it('adds the search attributes that an older database file lacks', async () => {
    const dbFile = join(folder, 'older.db');
    const port = await freePort();
    const cli = await findTemporalCli({ log: () => {} });
    const older = await startChild(cli, ['server', 'start-dev', '--headless', '--port', `${port}`, '-f', dbFile]);
    const connection = Connection.lazy({ address: `127.0.0.1:${port}` });
    await expect
      .poll(() => connection.workflowService.describeNamespace({ namespace: 'default' }), { timeout: 20_000 })
      .toBeDefined();
    await connection.close();
    await older.stop(5000);

    const server = await startTemporalServer({ dbFile, tuned: false });
    try {
      expect((await inspect(server.address)).attributes).toEqual(expect.arrayContaining(NAMES));
    } finally {
      await server.stop();
    }
  });

  it('does not take another server at its port for its own, and leaves that alone', async () => {
    const first = await startTemporalServer();
    const port = Number(first.address.split(':')[1]);
    try {
      await expect(startTemporalServer({ port })).rejects.toThrow(
        new RegExp(`No Temporal server is started at 127.0.0.1:${port}: something listens there already.*another port`),
      );
      expect((await inspect(first.address)).days).toBe(30);
    } finally {
      await first.stop();
    }
  });

  it('nor anything else that listens there', async () => {
    const other = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      await expect(startTemporalServer({ port })).rejects.toThrow('something listens there already');
    } finally {
      other.close();
    }
  });

  it('says what the server printed when it does not start', async () => {
    await expect(startTemporalServer({ dbFile: join(folder, 'missing', 'x.db') })).rejects.toThrow(
      /ended while it started, with exit code 1\n.*no such file/,
    );
  });

  it('leaves no server behind when the process that started it is killed', async () => {
    const module = new URL('../../src/dev/temporal-server.ts', import.meta.url).href;
    const script = `const s = await (await import('${module}')).startTemporalServer(); console.log(s.pid);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed] = await once(parent.stdout, 'data');
    const pid = Number(printed.toString());
    parent.kill('SIGKILL');
    const alive = async () => {
      await sleep(50);
      return promisify(execFile)('ps', ['-o', 'stat=', '-p', `${pid}`]).then(
        ({ stdout }) => !stdout.startsWith('Z'),
        () => false,
      );
    };
    await expect.poll(alive, { timeout: 10_000 }).toBe(false);
  });
});
