/** `npm run explore`: walks `decide` against a model of every gateway, first exhaustively, then at random. */
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { MODELS } from './explore/models/index.ts';
import { performAll } from './explore/pool.ts';
import { lineOf, summaryOf, tell, violationsOf } from './explore/report.ts';
import { scenarios } from './explore/scenarios.ts';
import { storyOfSeed } from './explore/story.ts';
import { modelOf, type Task } from './explore/task.ts';
import { Totals } from './explore/totals.ts';

const whole = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('must be a whole number');
  return Number(text);
};

/** From here on every cell that can be reached is; a shorter run does not judge them. */
const COMPLETE_DEPTH = 2;
/** Walks that a thread does in one go. */
const CHUNK = 2000;

const program: Command = new Command('explore')
  .description(
    'Walks the rules of reversals against models of the gateways, in virtual time: all runs with at most so many\n' +
      'surprises, then random deep walks. Every verdict is judged when it may be heard, and every end, by the money that\n' +
      "the models know. Exit code 1 when a promise is broken or, from depth 2 on, a table's cell is never visited.",
  )
  .addOption(new Option('--gateway <name>', 'only this gateway').choices(MODELS.map(({ name }) => name)))
  .option('--depth <n>', 'surprises a run (faults, races, crashes, messages) in the exhaustive part', whole, 2)
  .option('--walks <n>', 'random walks, over all gateways together', whole, 10_000)
  .option('--seed <n>', 'seed of the first walk of each gateway', whole, 1)
  .option('--replay <seed:gateway>', 'tell one walk as a story, exactly as it went')
  .option('--jobs <n>', 'threads', whole, Math.min(2, availableParallelism()))
  .option('--json', 'one object on stdout; progress stays on stderr')
  .parse();
const options = program.opts<{
  gateway?: string;
  depth: number;
  walks: number;
  seed: number;
  replay?: string;
  jobs: number;
  json?: boolean;
}>();
const say = (line: string) => process.stderr.write(`${line}\n`);

function replay(text: string): void {
  const [seed = '', name = options.gateway] = text.split(':');
  const models = MODELS.filter((candidate) => candidate.name === name);
  if (models.length === 0 || !/^\d+$/.test(seed)) program.error('--replay takes SEED:gateway, such as 7:alipay');
  for (const model of models) process.stdout.write(`${storyOfSeed(model, Number(seed)).join('\n')}\n`);
}

function tasksOf(gateway: string, walks: number): readonly Task[] {
  const { depth, seed } = options;
  const tasks: Task[] = scenarios(modelOf(gateway)).map((_, scenario) => ({ do: 'explore', gateway, scenario, depth }));
  for (let done = 0; done < walks; done += CHUNK) {
    tasks.push({ do: 'walk', gateway, from: seed + done, count: Math.min(CHUNK, walks - done) });
  }
  return tasks;
}

async function run(): Promise<void> {
  const started = performance.now();
  const models = MODELS.filter(({ name }) => options.gateway === undefined || name === options.gateway);
  const walks = Math.ceil(options.walks / models.length);
  const tasks = models.flatMap(({ name }) => tasksOf(name, walks));
  const totals = new Totals();
  let done = 0;
  let told = 0;
  await performAll(tasks, Math.max(1, options.jobs), (result) => {
    totals.add(result);
    done += 1;
    const tenth = Math.floor((10 * done) / tasks.length);
    if (tenth > told) say(`${tenth * 10} % after ${Math.round((performance.now() - started) / 1000)} s`);
    told = tenth;
  });
  const all = models.map((model) => totals.of(model));
  const broken = all.flatMap((one) => violationsOf(one, options.depth >= COMPLETE_DEPTH));
  for (const violation of broken) say(tell(violation));
  const summary = summaryOf(all, broken, Math.round((performance.now() - started) / 100) / 10);
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else {
    for (const one of all) process.stdout.write(`${lineOf(one)}\n`);
    process.stdout.write(
      `In all ${summary.transitions} transitions, ${summary.walks} walks of ${summary.steps} steps, ` +
        `${summary.cellsVisited} of ${summary.cells} cells (${summary.cellsUnreachable} more cannot be reached), ` +
        `${broken.length} violations, ${summary.seconds} s.\n`,
    );
  }
  process.exitCode = broken.length > 0 ? 1 : 0;
}

if (options.replay === undefined) await run();
else replay(options.replay);
