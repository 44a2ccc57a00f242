/** Reading the ledger from outside: through its owner, without one, and in PostgreSQL. */
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LedgerReader, openLedger, openLedgerReader, type Recording, readAll } from '../../src/ledger/index.ts';
import { socketPathOf } from '../../src/ledger/socket-path.ts';
import { startOwner } from './owner.ts';

const T = Date.parse('2026-11-20T03:36:00Z');
const order = (orderId: string) => ({ provider: 'alipay', account: 'a', orderId });
const stuck = (orderId: string): Recording => ({
  order: order(orderId),
  row: { workflowId: 'w', runId: 'r', at: T, status: 'stuck', stuckReason: 'frozen' },
  entries: [{ key: 'k1', at: T, kind: 'look', body: { order: { kind: 'paid' } } }],
});

let folder: string;
let dataDir: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unwind-reader-'));
  dataDir = join(folder, 'data');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Opens a reader, asks, and closes it. */
async function read<T>(ask: (reader: LedgerReader) => Promise<T>): Promise<T> {
  const reader = await openLedgerReader({ dataDir });
  try {
    return await ask(reader);
  } finally {
    await reader.close();
  }
}
const orderIds = (reader: LedgerReader) =>
  reader.list({ limit: 10 }).then(({ reversals }) => reversals.map(({ orderId }) => orderId));

async function fetched(socketPath: string, path: string, method = 'GET') {
  return new Promise<{ status: number | undefined; body: { problems?: readonly string[] } }>((resolve, reject) => {
    request({ socketPath, path, method, agent: false }, async (response) => {
      resolve({ status: response.statusCode, body: JSON.parse(await text(response)) });
    })
      .on('error', reject)
      .end();
  });
}

describe('an embedded ledger that another process owns', () => {
  it('is read through that process, a journal of thousands of lines too', async () => {
    const entries = Array.from({ length: 5000 }, (_, index) => ({
      key: `k${index}`,
      at: T + index,
      kind: 'look' as const,
      body: { order: { kind: 'paid', evidence: { traceId: `${index}`.repeat(20) } } },
    }));
    const owner = await startOwner(dataDir, [stuck('1'), { ...stuck('2'), entries }]);
    await read(async (reader) => {
      expect(await reader.reversal(order('1'))).toEqual({
        ...order('1'),
        workflowId: 'w',
        runId: 'r',
        status: 'stuck',
        statusSince: T,
        stuckReason: 'frozen',
        open: true,
        sawPaid: false,
        latePayment: false,
        openedAt: T,
        updatedAt: T,
      });
      expect(await reader.reversal(order('never'))).toBeUndefined();
      const journal = await readAll(reader.journal, order('2'));
      expect(journal.map(({ key, at, kind, body }) => ({ key, at, kind, body }))).toEqual(entries);
      expect(await readAll(reader.acts, order('1'))).toEqual([]);
      const first = await reader.list({ status: 'stuck', open: true, updatedSince: T, limit: 1 });
      const second = await reader.list({ status: 'stuck', limit: 1, ...(first.next && { after: first.next }) });
      expect([first, second].flatMap(({ reversals }) => reversals.map(({ orderId }) => orderId))).toEqual(['2', '1']);
      expect(second.next).toBeUndefined();
      await expect(reader.list({ limit: 1, after: 'nonsense' })).rejects.toThrow(RangeError);
      await expect(reader.list({ limit: 0 })).rejects.toThrow(RangeError);
      await expect(reader.journal(order('2'), { from: 'oldest', limit: 1001 })).rejects.toThrow(RangeError);
    });
    await owner.stop('SIGTERM');
    expect(existsSync(socketPathOf(dataDir))).toBe(false);
  });

  it('shows what is written meanwhile, and the acts with their answers', async () => {
    const ledger = await openLedger({ dataDir });
    const act = { order: order('1'), seq: 1, verb: 'refund', workflowId: 'w', runId: 'r', now: T } as const;
    await read(async (reader) => {
      expect(await readAll(reader.acts, order('1'))).toEqual([]);
      await ledger.aboutToSend({ ...act, refundNo: 'RF1', amount: 500 });
      await ledger.answered({ order: order('1'), seq: 1, answer: { kind: 'unknown', why: 'timeout' }, now: T + 9 });
      const acts = await readAll(reader.acts, order('1'));
      expect(acts).toEqual(await readAll(ledger.acts, order('1')));
      expect(acts).toMatchObject([{ verb: 'refund', refundNo: 'RF1', amount: 500, answer: { why: 'timeout' } }]);
    });
    await ledger.close();
  });

  it('is read again after its owner was killed, and by the next owner, whatever that left behind', async () => {
    const killed = await startOwner(dataDir, [stuck('1')]);
    await killed.stop('SIGKILL');
    expect(existsSync(socketPathOf(dataDir))).toBe(true);
    expect(await read(orderIds)).toEqual(['1']);
    const next = await startOwner(dataDir, [stuck('2')]);
    expect(await read(orderIds)).toEqual(['2', '1']);
    await next.stop('SIGTERM');
  });

  it('is answered by a socket for its user only', async () => {
    const ledger = await openLedger({ dataDir });
    expect((await stat(socketPathOf(dataDir))).mode & 0o777).toBe(0o600);
    await ledger.close();
  });

  it('answers questions and nothing else, and names every problem of a bad one', async () => {
    const ledger = await openLedger({ dataDir });
    const socket = socketPathOf(dataDir);
    const bad = await fetched(socket, '/list?status=lost&open=1&settledSince=soon&limit=0&secret=1');
    expect(bad.status).toBe(400);
    for (const name of ['status', 'open', 'settledSince', 'limit', 'secret']) {
      expect(bad.body.problems?.filter((problem) => problem.includes(name))).toHaveLength(1);
    }
    expect((await fetched(socket, '/list?limit=1&limit=2')).status).toBe(400);
    expect((await fetched(socket, '/reversal?provider=alipay')).body.problems).toHaveLength(2);
    const page = '/journal?provider=alipay&account=a&orderId=1&from=newest';
    expect((await fetched(socket, `${page}&limit=1000`)).status).toBe(200);
    for (const more of ['', '&limit=1001', '&limit=0', '&limit=5&after=x']) {
      expect((await fetched(socket, `${page}${more}`)).body.problems, more).toHaveLength(1);
    }
    expect((await fetched(socket, '//')).status).toBe(400);
    for (const method of ['POST', 'PUT', 'DELETE']) expect((await fetched(socket, '/list', method)).status).toBe(405);
    for (const path of ['/terminal_keys', '/terminalKeys', '/events']) {
      expect((await fetched(socket, path)).status).toBe(404);
    }
    expect((await fetched(socket, '/list?limit=1')).status).toBe(200);
    await ledger.close();
  });

  it('finds each other where the path is too long for a socket, in a folder that is nobody else’s', async () => {
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    try {
      dataDir = join(folder, 'long'.repeat(30));
      const owner = await startOwner(dataDir, [stuck('1')]);
      const socket = socketPathOf(dataDir);
      expect(socket.startsWith(join(folder, 'unwind-'))).toBe(true);
      expect((await stat(join(socket, '..'))).mode & 0o777).toBe(0o700);
      expect(await read(orderIds)).toEqual(['1']);
      await chmod(join(socket, '..'), 0o777);
      await expect(openLedgerReader({ dataDir })).rejects.toThrow('nothing in it can be trusted');
      await owner.stop('SIGTERM');
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });
});

describe('an embedded ledger that nobody owns', () => {
  it('is opened here, and a worker that starts meanwhile waits until it was read', async () => {
    await (await startOwner(dataDir, [stuck('1')])).stop('SIGTERM');
    const reader = await openLedgerReader({ dataDir });
    let opened = false;
    const worker = openLedger({ dataDir }).then((ledger) => {
      opened = true;
      return ledger;
    });
    expect(await orderIds(reader)).toEqual(['1']);
    expect(opened).toBe(false);
    await reader.close();
    const ledger = await worker;
    expect(await orderIds(ledger)).toEqual(['1']);
    await ledger.close();
  });

  it('is not made where there is none', async () => {
    await expect(openLedgerReader({ dataDir })).rejects.toThrow(`There is no ledger in ${dataDir}`);
    expect(await readdir(folder)).toEqual([]);
  });
});
