/**
 * `npm run incidents -- --seed 7 --count 500 --json`: random incidents over all gateways on a real server, each
 * conclusion set against the gateway's money. A wrong one is told on stderr with all it takes to play it again:
 * `npm run incidents -- --seed 7 --only 123`. With `--baselines` the same incidents by what is used today. With
 * `--replay` the history of each is replayed by the workflow code; one that does not replay is told and makes it fail.
 */
import { parseArgs } from 'node:util';
import { comparisonToText } from '../bench/baselines/report.ts';
import { compare } from '../bench/baselines/run.ts';
import { replayed } from '../src/demo/random/replay.ts';
import { randomOverrides } from '../src/demo/random/rules.ts';
import { playRandomly, storyOf, totalsOf } from '../src/demo/random/run.ts';
import { startTemporalServer } from '../src/dev/temporal-server.ts';
import { GATEWAYS } from '../src/stand/accounts.ts';
import { startStand } from '../src/stand/stand.ts';
import { workflowBundle } from '../src/worker.ts';

const HELP = `Usage: npm run incidents -- [options]

Random incidents over all gateways as real workflows on a real server, each conclusion set against the gateway's money.
Exit 1 when one of Unwind's is wrong. Stops by itself.

  --seed <n>         the same seed gives the same incidents (default 7)
  --count <n>        how many (default 500)
  --only <index>     only this one, told in full; may be repeated
  --gateway <name>   only of ${GATEWAYS.join(', ')}; may be repeated
  --concurrency <n>  how many at once (default 30)
  --baselines        the same incidents again by the gateways' official loops and by a blind sweep, and a table of all
  --replay           every history is replayed by the workflow code afterwards
  --json             one JSON object on stdout; progress goes to stderr either way
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '7' },
    count: { type: 'string', default: '500' },
    only: { type: 'string', multiple: true },
    gateway: { type: 'string', multiple: true },
    concurrency: { type: 'string', default: '30' },
    baselines: { type: 'boolean', default: false },
    replay: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

async function main(): Promise<void> {
  const seed = Number(values.seed);
  const only = values.only?.map(Number);
  const gateways = values.gateway && GATEWAYS.filter((name) => values.gateway?.includes(name));
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  const selection = {
    seed,
    count: only === undefined ? Number(values.count) : Math.max(...only) + 1,
    ...(only && { only }),
    ...(gateways && { gateways }),
    concurrency: Number(values.concurrency),
  };

  const server = await startTemporalServer({ log: tell });
  const stand = await startStand({ ...server, overrides: randomOverrides, logLevel: 'ERROR' });
  try {
    const since = performance.now();
    const all = await playRandomly(stand, {
      ...selection,
      onEnd: (done, total) => {
        if (done % 25 === 0) tell(`${done} of ${total}, ${((performance.now() - since) / 1000).toFixed(0)} s`);
      },
    });
    for (const one of all) if (one.wrong.length > 0 || only !== undefined) tell(`\n${storyOf(one, seed)}`);
    const totals = totalsOf(all);
    const comparison = values.baselines ? await compare(stand, all, { ...selection, tell }) : undefined;
    const replay = values.replay ? await replayed(stand.temporal, await workflowBundle(), tell) : undefined;
    const result = { ...totals, ...replay, ...(comparison && { comparison }) };
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else if (comparison) process.stdout.write(`${comparisonToText(comparison)}\n`);
    else process.stdout.write(`${JSON.stringify({ ...totals, ...replay }, null, 2)}\n`);
    process.exitCode = totals.wrong > 0 || (replay !== undefined && replay.replayed < replay.histories) ? 1 : 0;
  } finally {
    try {
      await stand.stop();
    } finally {
      await server.stop();
    }
  }
}

if (values.help) process.stdout.write(HELP);
else await main();
