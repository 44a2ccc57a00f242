/** `unwind sandbox`: the gateways, played over real HTTP, for a team to test against. */
import type { Command } from 'commander';
import type { Sandbox } from '../sandbox/index.ts';
import { BadInput, CommandFailed } from './errors.ts';
import { natural } from './options.ts';
import { plainTable, print, tell } from './output.ts';
import { interrupted } from './signals.ts';

interface Options {
  readonly system?: readonly string[];
  readonly port: number;
  readonly config?: string;
  readonly json?: true;
}

const collect = (value: string, before: readonly string[] = []) => [...before, value];
const DEFAULT_PORT = 8700;

export function addSandbox(program: Command): void {
  program
    .command('sandbox')
    .summary('the gateways, played over real HTTP, with faults on demand')
    .description(
      'Plays Alipay, Shouqianba and DaxPay over real HTTP: signatures are checked, faults are made on demand, money is ' +
        'counted. Runs until Ctrl-C. Orders, faults and events are set through the control API.',
    )
    .option('--system <name>', 'only this one; may be repeated (alipay, shouqianba, daxpay-c, -e, -f)', collect)
    .option(
      '--port <port>',
      'of the control API; the systems follow on the next ports; 0 takes any',
      natural,
      DEFAULT_PORT,
    )
    .option('--config <directory>', 'write unwind.config.yaml and its secrets there, for a worker of this sandbox')
    .option('--json', 'print the addresses as one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ unwind sandbox --config ./sandbox-config
  $ UNWIND_CONFIG=./sandbox-config/unwind.config.yaml unwind worker --setup
  $ curl -s -X POST http://127.0.0.1:8700/systems/alipay/orders \\
      -d '{"orderId":"RV1","amount":1280,"state":"WAITING","createdMsAgo":60000}'`,
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { startSandbox, systems } = await import('../sandbox/index.ts');
  const known = Object.keys(systems);
  const names = options.system ?? known;
  const strangers = names.filter((name) => !known.includes(name));
  if (strangers.length > 0)
    throw new BadInput(`There is no system ${strangers.join(', ')}; known: ${known.join(', ')}.`);
  const stopAsked = interrupted();
  const sandbox = await startSandbox({
    systems: Object.fromEntries(Object.entries(systems).filter(([name]) => names.includes(name))),
    controlPort: options.port,
    ...(options.port > 0 && {
      ports: Object.fromEntries(names.map((name, index) => [name, options.port + 1 + index])),
    }),
  }).catch((error) => {
    if (error?.code !== 'EADDRINUSE') throw error;
    throw new CommandFailed(`Port ${error.port} is taken: choose another with --port, or --port 0 for any.`);
  });
  try {
    if (options.config !== undefined) {
      const { writeSandboxConfig } = await import('./sandbox-config.ts');
      const file = await writeSandboxConfig(sandbox, names, options.config);
      tell(`Configuration: UNWIND_CONFIG=${file}`);
    }
    show(sandbox, names, options.json === true);
    await stopAsked;
    tell('Stopping …');
  } finally {
    await sandbox.stop();
  }
}

function show(sandbox: Sandbox, names: readonly string[], json: boolean): void {
  const control = sandbox.controlUrl;
  if (json) {
    print(JSON.stringify({ control, systems: Object.fromEntries(names.map((name) => [name, sandbox.url(name)])) }));
    return;
  }
  const rows = names.map((name) => [name, sandbox.url(name), `${control}/systems/${name}/credentials`]);
  print(plainTable(['SYSTEM', 'ADDRESS', 'CREDENTIALS'], rows));
  print(`\nControl API: ${control} (lists what it can do)\nCtrl-C stops it.`);
}
