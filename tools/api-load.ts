/**
 * `npm run api-load -- --clients 200 --seconds 60 [--outage 10]`: the API under parallel clients with duplicates, joins
 * and wrong amounts, everything on this machine, over loopback. Every answer is set against the sandbox's money. With
 * `--outage` the worker is stopped for so many seconds in the middle. Prints one JSON object; exits 1 when an answer was
 * wrong, or was a 5xx that no outage explains.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Answered, type Played, runClients } from './api-load/caller.ts';
import { type End, figuresOf, wrongWith } from './api-load/judge.ts';
import { openPlant, type Plant } from './api-load/plant.ts';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    outage: { type: 'string', default: '0' },
  },
});
const [clients, seconds, outage] = [Number(values.clients), Number(values.seconds), Number(values.outage)];
const tell = (line: string) => process.stderr.write(`${line}\n`);
const ENDS_WITHIN_MS = 180_000;

/** Stops the worker in the middle; from when to when none served. */
async function interrupt(plant: Plant): Promise<readonly [number, number]> {
  await sleep(((seconds - outage) / 2) * 1000);
  const from = Date.now();
  await plant.stopWorker();
  tell('the worker is stopped');
  await sleep(outage * 1000);
  await plant.startWorker();
  tell('a worker serves again');
  return [from, Date.now()];
}

async function endOf(plant: Plant, { orderId, story }: Played): Promise<End> {
  for (const giveUpAt = Date.now() + ENDS_WITHIN_MS; ; ) {
    const answer = await fetch(`${plant.base}/v1/reversals/alipay/alipay-v3/${orderId}`, {
      headers: { authorization: `Bearer ${plant.key}` },
    });
    const { status, finalAction } = JSON.parse(await answer.text());
    if (finalAction !== undefined || (story.wrongAmount && status === 'stuck') || Date.now() > giveUpAt) {
      return { status, finalAction };
    }
    await sleep(500);
  }
}

/** What only a worker can take is a 503 while none runs, and the client sends it again. */
const isExplained = ({ at, ms, told }: Answered, [from, to]: readonly [number, number]) =>
  told.type === 'urn:unwind:problem:not-joined' && at + ms >= from && at <= to;

const plant = await openPlant(tell);
try {
  const since = Date.now();
  const interrupted = outage > 0 ? interrupt(plant) : Promise.resolve([0, 0] as const);
  const played = await runClients(plant, clients, since + seconds * 1000);
  const took = (Date.now() - since) / 1000;
  const away = await interrupted;
  tell(`${played.length} orders; waiting for their ends`);

  let wrong = 0;
  for (const one of played) {
    const problems = wrongWith(one, await endOf(plant, one), plant.sandbox);
    if (problems.length === 0) continue;
    wrong += 1;
    tell(`${one.orderId}, ${one.story.name}: ${problems.join('; ')}`);
  }
  const failed = played.flatMap(({ answers }) => answers).filter(({ code }) => code >= 500);
  const unexplained = failed.filter((answer) => !isExplained(answer, away)).length;
  const figures = figuresOf(played, plant.sandbox, took);
  const result = { clients, ...figures, wrong, serverErrors: failed.length, unexplainedServerErrors: unexplained };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.exitCode = wrong > 0 || unexplained > 0 || figures.blindActs > 0 ? 1 : 0;
} finally {
  await plant.stop();
}
