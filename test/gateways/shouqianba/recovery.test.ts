/** What ILLEGAL_SIGN and a key store that is down do to looks and acts (spec 1.4). */
import { describe, expect, test } from 'vitest';
import { rotateKeys } from '../../../src/gateways/shouqianba/index.ts';
import {
  accountAt,
  depsWith,
  ILLEGAL,
  INITIAL_KEY,
  ORDER,
  openAt,
  REFUND,
  SOON,
  Store,
  serve,
  TERMINAL,
} from './stub.ts';
import { paths, Terminal } from './terminal-stub.ts';

const OPTIONS = { timeoutMs: 2000 };

describe('a look that is answered ILLEGAL_SIGN', () => {
  test('takes a key that another process stored meanwhile, without a check-in', async () => {
    const terminal = new Terminal('new');
    const store = new Store({ current: 'stale', rotatedAt: 1 });
    const { url, calls } = await terminal.serve();
    const load = store.load.bind(store);
    let loads = 0;
    store.load = async () => {
      loads += 1;
      if (loads === 2) store.keys = { current: 'new', previous: 'stale', rotatedAt: 2 };
      return load();
    };
    expect(await openAt(url, store).look(ORDER, SOON)).toMatchObject({ kind: 'paid', evidence: { recovered: 'yes' } });
    expect(paths(calls)).toEqual(['query', 'query']);
  });

  test('checks in with the current key, stores the new one, and asks once more', async () => {
    const terminal = new Terminal('newer', 'mine');
    terminal.oldKey = 'checkinOnly';
    const { url, calls } = await terminal.serve();
    const store = new Store({ current: 'mine', previous: 'older', rotatedAt: 1 });
    expect(await openAt(url, store).look(ORDER, SOON)).toMatchObject({ kind: 'paid', evidence: { recovered: 'yes' } });
    expect(paths(calls)).toEqual(['query', 'checkin', 'query']);
    expect(store.keys).toMatchObject({ current: 'key-1', previous: 'mine' });
  });

  test('checks in with the previous key when the current one is dead', async () => {
    const terminal = new Terminal('mine');
    const { url, calls } = await terminal.serve();
    const store = new Store({ current: 'dead', previous: 'mine', rotatedAt: 1 });
    expect(await openAt(url, store).lookAtRefund(ORDER, REFUND, SOON)).toMatchObject({ kind: 'notFound' });
    expect(paths(calls)).toEqual(['query', 'checkin', 'checkin', 'query']);
    expect(store.keys).toMatchObject({ current: 'key-1', previous: 'mine' });
  });

  test('is for people when both are dead, and nothing loops or is overwritten', async () => {
    const { url, calls } = await new Terminal('unknown').serve();
    const store = new Store({ current: 'dead', previous: 'dead too', rotatedAt: 1 });
    const view = await openAt(url, store).look(ORDER, SOON);
    expect(view).toEqual({
      kind: 'rejected',
      why: 'signature',
      code: 'ILLEGAL_SIGN',
      evidence: { ...ILLEGAL, recovered: 'no' },
    });
    expect(paths(calls)).toEqual(['query', 'checkin', 'checkin']);
    expect(store.written).toEqual([]);
    expect(await rotateKeys(accountAt(url), depsWith(store), OPTIONS)).toEqual({
      rotated: false,
      problem: expect.stringContaining('activation code'),
    });
  });

  test('is refused again after a check-in (EJ26 for another reason): rejected, no second round', async () => {
    const { url, calls } = await serve(({ path }) =>
      path === '/terminal/checkin'
        ? { body: { result_code: '200', biz_response: { terminal_sn: TERMINAL, terminal_key: 'fresh' } } }
        : { body: ILLEGAL },
    );
    const view = await openAt(url).look(ORDER, SOON);
    expect(view).toMatchObject({ kind: 'rejected', why: 'signature', evidence: { recovered: 'no' } });
    expect(paths(calls)).toEqual(['query', 'checkin', 'query']);
  });

  test('survives one lost check-in answer', async () => {
    const terminal = new Terminal('mine');
    terminal.oldKey = 'checkinOnly';
    const { url } = await terminal.serve();
    const store = new Store({ current: 'mine', rotatedAt: 1 });
    terminal.lose = 1;
    await rotateKeys(accountAt(url), depsWith(store), OPTIONS);
    expect(await openAt(url, store).look(ORDER, SOON)).toMatchObject({ kind: 'paid', evidence: { recovered: 'yes' } });
    expect(store.keys).toMatchObject({ current: 'key-2', previous: 'mine' });
  });

  test('is for people after two lost check-in answers', async () => {
    const terminal = new Terminal('mine');
    terminal.lose = 2;
    const { url } = await terminal.serve();
    const store = new Store({ current: 'mine', rotatedAt: 1 });
    await rotateKeys(accountAt(url), depsWith(store), OPTIONS);
    await rotateKeys(accountAt(url), depsWith(store), OPTIONS);
    expect(await openAt(url, store).look(ORDER, SOON)).toMatchObject({ kind: 'rejected', why: 'signature' });
  });

  test('is unknown, not rejected, while the check-in has no answer', async () => {
    const { url, calls } = await serve(({ path }) => (path === '/terminal/checkin' ? 'reset' : { body: ILLEGAL }));
    const view = await openAt(url).look(ORDER, SOON);
    expect(view).toMatchObject({ kind: 'unknown', why: 'reset', evidence: { recovered: 'no' } });
    expect(paths(calls)).toEqual(['query', 'checkin']);
  });

  test('gives up at its own deadline while the check-in goes on and its key is stored', async () => {
    const terminal = new Terminal('newer', 'mine');
    terminal.oldKey = 'checkinOnly';
    const { url } = await terminal.serve();
    const store = new Store({ current: 'mine', rotatedAt: 1 });
    const replace = store.replace.bind(store);
    const gate = Promise.withResolvers<void>();
    store.replace = async (...args) => {
      await gate.promise;
      return replace(...args);
    };
    const gateway = openAt(url, store);
    const view = await gateway.look(ORDER, { timeoutMs: 600 });
    expect(view).toMatchObject({ kind: 'unknown', why: 'timeout', evidence: { recovered: 'no' } });
    expect(store.written).toEqual([]);
    gate.resolve();
    await expect.poll(() => store.keys?.current).toBe('key-1');
    expect(await gateway.look(ORDER, SOON)).toMatchObject({ kind: 'paid' });
  });

  test('shares one check-in with every other call of the terminal', async () => {
    const terminal = new Terminal('newer', 'mine');
    terminal.oldKey = 'checkinOnly';
    const { url, calls } = await terminal.serve();
    const store = new Store({ current: 'mine', rotatedAt: 1 });
    const views = await Promise.all(Array.from({ length: 8 }, () => openAt(url, store).look(ORDER, SOON)));
    expect(views.map((view) => view.kind)).toEqual(Array.from({ length: 8 }, () => 'paid'));
    expect(paths(calls).filter((path) => path === 'checkin')).toHaveLength(1);
    expect(store.written).toHaveLength(1);
  });
});

describe('an act that is answered ILLEGAL_SIGN', () => {
  test.each(['cancel', 'revoke', 'refund'] as const)('%s: not sent again, but the key is recovered', async (verb) => {
    const terminal = new Terminal('newer', 'mine');
    terminal.oldKey = 'checkinOnly';
    const { url, calls } = await terminal.serve();
    const store = new Store({ current: 'mine', rotatedAt: 1 });
    const gateway = openAt(url, store);
    const send = () => (verb === 'refund' ? gateway.refund(ORDER, REFUND, SOON) : gateway.act(verb, ORDER, SOON));
    const answer = await send();
    const rejected = { kind: 'rejected', why: 'signature', code: 'ILLEGAL_SIGN' };
    expect(answer).toMatchObject({ ...rejected, evidence: { recovered: 'yes', error_code_standard: 'EJ26' } });
    expect(paths(calls)).toEqual([verb, 'checkin']);
    expect((await send()).kind).not.toBe('rejected');
  });

  test('says when the key could not be recovered', async () => {
    const { url, calls } = await new Terminal('unknown').serve();
    const answer = await openAt(url).act('cancel', ORDER, SOON);
    expect(answer).toMatchObject({ kind: 'rejected', why: 'signature', evidence: { recovered: 'no' } });
    expect(paths(calls)).toEqual(['cancel', 'checkin']);
  });
});

describe('while the key store is down', () => {
  test('the key seen last still signs', async () => {
    const { url } = await new Terminal('stored').serve();
    const store = new Store({ current: 'stored', rotatedAt: 1 });
    const gateway = openAt(url, store);
    await gateway.look(ORDER, SOON);
    store.down = 'all';
    expect(await gateway.look(ORDER, SOON)).toMatchObject({ kind: 'paid' });
  });

  test('a process that saw none sends nothing', async () => {
    const { url, calls } = await new Terminal(INITIAL_KEY).serve();
    const store = new Store();
    store.down = 'all';
    const gateway = openAt(url, store);
    expect(await gateway.look(ORDER, SOON)).toMatchObject({ kind: 'unknown', why: 'notSent' });
    expect(await gateway.act('cancel', ORDER, SOON)).toMatchObject({ kind: 'notSent', why: 'KEY_STORE' });
    expect(calls).toEqual([]);
  });

  test('a store that hangs costs no more than the deadline', async () => {
    const { url, calls } = await new Terminal(INITIAL_KEY).serve();
    const store = new Store();
    store.load = () => new Promise(() => {});
    expect(await openAt(url, store).act('cancel', ORDER, { timeoutMs: 50 })).toMatchObject({ kind: 'notSent' });
    expect(calls).toEqual([]);
  });

  test('a refused signature leaves the look unknown', async () => {
    const terminal = new Terminal('mine');
    const { url, calls } = await terminal.serve();
    const store = new Store({ current: 'mine', rotatedAt: 1 });
    const gateway = openAt(url, store);
    await gateway.look(ORDER, SOON);
    terminal.current = 'unknown';
    store.down = 'all';
    expect(await gateway.look(ORDER, SOON)).toMatchObject({ kind: 'unknown', evidence: { recovered: 'no' } });
    expect(paths(calls)).toEqual(['query', 'query']);
  });
});
