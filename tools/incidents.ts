/**
 * `npm run incidents -- --seed 7 --count 500 --json`: random incidents over all gateways on a real server, each
 * conclusion set against the gateway's money. A wrong one is told on stderr with all it takes to play it again:
 * `npm run incidents -- --seed 7 --only 123`. With `--replay`, the history of each is replayed by the workflow code
 * afterwards, and one that does not is told and makes it fail.
 */
import { parseArgs } from 'node:util';
import { replayed } from '../src/demo/random/replay.ts';
import { randomOverrides } from '../src/demo/random/rules.ts';
import { playRandomly, storyOf, totalsOf } from '../src/demo/random/run.ts';
import { startTemporalServer } from '../src/dev/temporal-server.ts';
import { GATEWAYS } from '../src/stand/accounts.ts';
import { startStand } from '../src/stand/stand.ts';
import { workflowBundle } from '../src/worker.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '7' },
    count: { type: 'string', default: '500' },
    only: { type: 'string', multiple: true },
    gateway: { type: 'string', multiple: true },
    concurrency: { type: 'string', default: '30' },
    replay: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const only = values.only?.map(Number);
const gateways = values.gateway && GATEWAYS.filter((name) => values.gateway?.includes(name));
const tell = (line: string) => process.stderr.write(`${line}\n`);

const server = await startTemporalServer({ log: tell });
const stand = await startStand({ ...server, overrides: randomOverrides, logLevel: 'ERROR' });
try {
  const since = performance.now();
  const all = await playRandomly(stand, {
    seed,
    count: only === undefined ? Number(values.count) : Math.max(...only) + 1,
    ...(only && { only }),
    ...(gateways && { gateways }),
    concurrency: Number(values.concurrency),
    onEnd: (done, total) => {
      if (done % 25 === 0) tell(`${done} of ${total}, ${((performance.now() - since) / 1000).toFixed(0)} s`);
    },
  });
  for (const one of all) if (one.wrong.length > 0 || only !== undefined) tell(`\n${storyOf(one, seed)}`);
  const replay = values.replay ? await replayed(stand.temporal, await workflowBundle(), tell) : undefined;
  const totals = { ...totalsOf(all), ...replay };
  process.stdout.write(values.json ? `${JSON.stringify(totals)}\n` : `${JSON.stringify(totals, null, 2)}\n`);
  process.exitCode = totals.wrong > 0 || (replay !== undefined && replay.replayed < replay.histories) ? 1 : 0;
} finally {
  try {
    await stand.stop();
  } finally {
    await server.stop();
  }
}
