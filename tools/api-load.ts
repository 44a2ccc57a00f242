/** `npm run api-load`: the API under parallel clients with duplicates, joins and wrong amounts, over loopback. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { natural, positive } from '../src/cli/options.ts';
import { blindActs } from '../src/stand/agreement.ts';
import { type Played, runClients } from './api-load/caller.ts';
import { type End, figuresOf, wrongWith } from './api-load/judge.ts';
import { openPlant, type Plant } from './api-load/plant.ts';

const program = new Command('npm run api-load --')
  .description(
    'Many clients at once send requests to `unwind api`: duplicates, joins, wrong amounts. Every answer is set ' +
      "against how its order ended, and that against the sandbox's money. Everything is on this machine. Exit code 1 " +
      'when an answer was wrong or a 5xx, or an act had no look before it. Progress goes to stderr.',
  )
  .option('--clients <n>', 'clients, each with a connection of its own', positive, 200)
  .option('--seconds <n>', 'how long they send', positive, 60)
  .option('--outage <n>', 'seconds without a worker in the middle', natural, 0)
  .option('--json', 'the figures as one line')
  .parse();
const { clients, seconds, outage, json } = program.opts<{
  clients: number;
  seconds: number;
  outage: number;
  json?: true;
}>();
if (outage >= seconds) program.error(`error: --outage must be shorter than --seconds ${seconds}`);
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
  process.stdout.write(`${json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);
  process.exitCode = wrong > 0 || serverErrors > 0 || figures.blindActs > 0 ? 1 : 0;
} finally {
  await plant.stop();
}
