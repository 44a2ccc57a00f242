/** A history that has grown long is continued in a new run, and the case goes on as if nothing had happened. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChild } from '../../src/dev/child-process.ts';
import { freePort } from '../../src/dev/free-port.ts';
import { findTemporalCli } from '../../src/dev/temporal-cli.ts';
import { temporalFlags } from '../../src/dev/temporal-flags.ts';
import { type Stand, startStand } from '../../src/stand/stand.ts';
import { type Case, callsOf, expectNoBlindAct, handleOf, moneyOf, newCase, seed, until } from './support.ts';
import { FASTER } from './timings.ts';

const EVENTS = 40;

let stand: Stand;
let server: Awaited<ReturnType<typeof startChild>>;

/** The dev server with its suggestion to continue as new made after few events. */
beforeAll(async () => {
  const cli = await findTemporalCli({ log() {} });
  const port = await freePort();
  const namespace = 'default';
  const flags = temporalFlags({ port, uiPort: undefined, namespace, dbFile: undefined, tuned: true });
  const few = ['--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${EVENTS}`];
  server = await startChild(cli, [...flags, ...few], {});
  const address = `127.0.0.1:${port}`;
  stand = await until(() =>
    startStand({ address, namespace, gateways: ['alipay-v3'], overrides: () => FASTER }).catch(() => undefined),
  );
});

afterAll(async () => {
  await stand?.stop();
  await server?.stop(2000);
});

const world = {
  get stand() {
    return stand;
  },
};

const runOf = async (the: Case) => (await handleOf(world, the).describe()).runId;

/** Again and again busy, so that the history grows; it can be cancelled in the end. */
function busy(times: number): Case {
  const the = newCase({ ifPaid: 'reverse' });
  seed(world, the, 'PAID', { faults: [{ operation: 'cancel', business: { name: 'retryFlagY' }, times }] });
  return the;
}

test('acts, numbers and journal go on in the next run', async () => {
  const the = busy(9);
  await stand.client.start(the.input);
  const first = await runOf(the);
  expect(await stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  expect(await runOf(the)).not.toBe(first);
  expectNoBlindAct(callsOf(world, the));
  expect(moneyOf(world, the)).toMatchObject({ taken: 1280, returned: 1280 });
  const acts = await stand.ledger.acts(the.order);
  expect(acts.map(({ seq, answer }) => [seq, answer?.kind])).toEqual(
    acts.map((_, index) => [index + 1, index < 9 ? 'again' : 'done']),
  );
  const keys = (await stand.ledger.journal(the.order)).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

test('a caller who waits for the verdict gets it, and a message in between is not lost', async () => {
  const the = busy(9);
  await stand.client.start(the.input);
  const submitted = handleOf(world, the).executeUpdate('submit');
  const note = { operator: 'Li Na', reason: 'what is going on?' };
  for (let round = 0; round < 5; round++) await stand.client.note(the.order, note);
  expect(await submitted).toMatchObject({ verdict: 'refunded' });
  expect(await stand.client.result(the.order)).toMatchObject({ action: 'refunded' });
  const journal = await stand.ledger.journal(the.order);
  expect(journal.filter(({ kind }) => kind === 'operator')).toHaveLength(5);
});
