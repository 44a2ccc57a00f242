/** `npm run explore`: walks `decide` against a model of every gateway, first exhaustively, then at random. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Coverage, coverageOf } from './explore/cells.ts';
import { exploreAll } from './explore/exhaustive.ts';
import type { Model } from './explore/model.ts';
import { MODELS } from './explore/models/index.ts';
import type { Listener } from './explore/step.ts';
import { storyOfFinding, storyOfSeed } from './explore/story.ts';
import { walk } from './explore/walk.ts';

interface Broken {
  readonly gateway: string;
  readonly promise: string;
  readonly message: string;
  /** Of a random walk: `--replay SEED:gateway` tells it again. */
  readonly seed?: number;
  readonly story: readonly string[];
}

interface Explored extends Coverage {
  readonly gateway: string;
  readonly states: number;
  readonly transitions: number;
  readonly walks: number;
  readonly steps: number;
  readonly seconds: number;
  readonly broken: readonly Broken[];
}

const whole = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('must be a whole number');
  return Number(text);
};

const program = new Command('explore')
  .description('Walks the rules of reversals against models of the gateways. Exit code 1 when a promise is broken.')
  .addOption(new Option('--gateway <name>', 'only this gateway').choices(MODELS.map(({ name }) => name)))
  .option('--depth <n>', 'surprises a run in the exhaustive part', whole, 2)
  .option('--walks <n>', 'random walks, over all gateways together', whole, 10_000)
  .option('--seed <n>', 'seed of the first walk', whole, 1)
  .option('--replay <seed:gateway>', 'tell one walk as a story, exactly as it went')
  .option('--json', 'one object on stdout; progress stays on stderr')
  .parse();
const options = program.opts<{
  gateway?: string;
  depth: number;
  walks: number;
  seed: number;
  replay?: string;
  json?: boolean;
}>();
const MAX_BROKEN = 5;
const say = (line: string) => process.stderr.write(`${line}\n`);

function exploreGateway(model: Model, walks: number): Explored {
  const from = performance.now();
  const visits = new Set<string>();
  const hear: Listener = (_, step) => {
    if ('cell' in step && step.cell !== undefined) visits.add(step.cell);
  };
  const { states, transitions, findings } = exploreAll(model, options.depth, hear);
  const broken: Broken[] = findings.map((finding) => ({
    gateway: model.name,
    promise: finding.promise,
    message: finding.message,
    story: storyOfFinding(model, finding),
  }));
  say(`${model.name}: ${states} states, ${transitions} transitions to depth ${options.depth}`);
  let steps = 0;
  for (let i = 0; i < walks && broken.length < MAX_BROKEN; i += 1) {
    const seed = options.seed + i;
    const walked = walk(model, seed, hear);
    steps += walked.steps;
    if (walked.violation !== undefined) {
      const { promise, message } = walked.violation;
      broken.push({ gateway: model.name, promise, message, seed, story: storyOfSeed(model, seed) });
    }
    if ((i + 1) % 20_000 === 0) say(`${model.name}: ${i + 1} of ${walks} walks`);
  }
  const seconds = Math.round((performance.now() - from) / 100) / 10;
  return { gateway: model.name, states, transitions, walks, steps, seconds, broken, ...coverageOf(model, visits) };
}

function replay(text: string): void {
  const [seed = '', name = options.gateway] = text.split(':');
  const model = MODELS.find((candidate) => candidate.name === name);
  if (model === undefined || !/^\d+$/.test(seed)) program.error('--replay takes SEED:gateway, such as 7:alipay');
  for (const line of storyOfSeed(model, Number(seed))) process.stdout.write(`${line}\n`);
}

function run(): void {
  const models = MODELS.filter(({ name }) => options.gateway === undefined || name === options.gateway);
  const each = Math.ceil(options.walks / models.length);
  const explored = models.map((model) => exploreGateway(model, each));
  const sum = (of: (one: Explored) => number) => explored.reduce((total, one) => total + of(one), 0);
  const broken = explored.flatMap((one) => one.broken);
  for (const { gateway, promise, message, seed, story } of broken) {
    say(`\n${gateway}: broken: ${promise}: ${message}${seed === undefined ? '' : ` (--replay ${seed}:${gateway})`}`);
    for (const line of story) say(`  ${line}`);
  }
  const gaps = explored.flatMap(({ gateway, missed, surprising, idle }) => [
    ...missed.map((cell) => `${gateway}: ${cell} was never visited`),
    ...surprising.map((cell) => `${gateway}: ${cell} is listed as unreachable and was visited`),
    ...idle.map((cell) => `${gateway}: ${cell} is listed as unreachable and is no cell`),
  ]);
  for (const gap of gaps) say(gap);
  if (options.json) {
    const totals = {
      states: sum((one) => one.states),
      transitions: sum((one) => one.transitions),
      walks: sum((one) => one.walks),
      steps: sum((one) => one.steps),
      cells: sum((one) => one.cells),
      cellsVisited: sum((one) => one.visited),
      cellsUnreachable: sum((one) => one.unreachable),
      violations: broken.length + gaps.length,
      gateways: explored,
    };
    process.stdout.write(`${JSON.stringify(totals)}\n`);
  } else {
    for (const one of explored) {
      process.stdout.write(
        `${one.gateway}: ${one.states} states, ${one.transitions} transitions, ${one.walks} walks of ${one.steps} steps, ` +
          `${one.visited} of ${one.cells} cells visited (${one.unreachable} cannot be), ${one.seconds} s\n`,
      );
    }
    process.stdout.write(
      `In all ${sum((one) => one.transitions + one.steps)} transitions, ${broken.length} broken promises, ` +
        `${gaps.length} cells amiss.\n`,
    );
  }
  process.exitCode = broken.length + gaps.length > 0 ? 1 : 0;
}

if (options.replay === undefined) run();
else replay(options.replay);
