/**
 * `npm run api-load -- --clients 200 --seconds 60 [--outage 10]`: the API under parallel clients with duplicates, joins
 * and wrong amounts, everything on this machine, over loopback. Every answer is set against the sandbox's money. With
 * `--outage` the worker is stopped for so many seconds in the middle. Prints one JSON object; exits 1 when an answer was
 * wrong, or was a 5xx.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { blindActs } from '../src/stand/agreement.ts';
import { type Played, runClients } from './api-load/caller.ts';
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

/** Stops the worker in the middle. */
async function interrupt(plant: Plant): Promise<void> {
  await sleep(((seconds - outage) / 2) * 1000);
  await plant.stopWorker();
  tell('the worker is stopped');
  await sleep(outage * 1000);
  await plant.startWorker();
  tell('a worker serves again');
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

const plant = await openPlant(tell);
try {
  const since = Date.now();
  const interrupted = outage > 0 ? interrupt(plant) : Promise.resolve();
  const played = await runClients(plant, clients, since + seconds * 1000);
  const took = (Date.now() - since) / 1000;
  await interrupted;
  tell(`${played.length} orders; waiting for their ends`);

  let wrong = 0;
  for (const one of played) {
    const problems = wrongWith(one, await endOf(plant, one), plant.sandbox);
    if (problems.length === 0) continue;
    wrong += 1;
    tell(`${one.orderId}, ${one.story.name}: ${problems.join('; ')}`);
  }
  const log = plant.sandbox.log({ system: 'alipay' });
  for (const { orderId } of blindActs(log)) {
    const calls = log.filter((call) => call.orderId === orderId);
    tell(`${orderId}, an act without a look: ${calls.map(({ operation, at }) => `${operation} ${at}`).join(', ')}`);
  }
  const serverErrors = played.flatMap(({ answers }) => answers).filter(({ code }) => code >= 500).length;
  const figures = figuresOf(played, plant.sandbox, took);
  const result = { clients, ...figures, wrong, serverErrors };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.exitCode = wrong > 0 || serverErrors > 0 || figures.blindActs > 0 ? 1 : 0;
} finally {
  await plant.stop();
}
