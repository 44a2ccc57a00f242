/** `unwind terminal`: a terminal's first key, or the one after both of its keys are dead. */
import type { Command } from 'commander';
import type { ActivationSetup } from '../config/index.ts';
import type { Activation } from '../gateways/shouqianba/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { BadInput, CommandFailed, EXIT, messageOf } from './errors.ts';
import { oneLine, print, printJson, tell } from './output.ts';

interface Options {
  readonly codeEnv?: string;
  readonly codeFile?: string;
  readonly clientSn?: string;
  readonly name?: string;
  readonly again?: true;
  readonly json?: true;
}

/** An answer that comes late is worth waiting for: with it goes the key. */
const TIMEOUT_MS = 30_000;

export function addTerminal(program: Command): void {
  program
    .command('terminal')
    .summary('activate a terminal of Shouqianba')
    .description("A terminal of Shouqianba gets its number and its first key by an activation code of the vendor's.")
    .addHelpText('after', '\nExample:\n  $ unwind terminal activate till-1 --code-file ./code\n')
    .command('activate')
    .argument('<account>', 'its section in the configuration, which needs no terminalSn yet')
    .summary('turn an activation code into a terminal, and put its key into the ledger')
    .description(
      'Activates a terminal with endpoint, deviceId, vendorSn, vendorKey and appId of an account in UNWIND_CONFIG ' +
        "(default: unwind.config.yaml), puts its key, encrypted, into the configuration's ledger, and prints what the " +
        'account still needs. An embedded ledger must not be held by a worker meanwhile.',
    )
    .option('--code-env <name>', 'the environment variable that holds the activation code')
    .option('--code-file <file>', 'the file that holds it')
    .option('--client-sn <sn>', "the merchant's own number of the terminal")
    .option('--name <name>', 'of the terminal, for people')
    .option(
      '--again',
      'also when the account has a terminal with a key: its old keys are the previous ones from then on',
    )
    .option('--json', 'print one JSON object: { "activated", "terminalSn", "problem" }')
    .addHelpText(
      'after',
      `
An activation code is valid for seven days and for few uses. It is sent once, and only when the ledger is open.
Examples:
  $ unwind terminal activate till-1 --code-file ./code
  $ CODE=12345678 unwind terminal activate till-1 --code-env CODE --name "till 1"
Exit codes: 0 activated, and the key is stored; 1 it is not; 2 wrong input, command line or configuration.`,
    )
    .action(run);
}

async function run(account: string, options: Options): Promise<void> {
  const { loadActivation } = await import('../config/index.ts');
  const { openLedger } = await import('../ledger/index.ts');
  const code = await codeOf(options);
  const setup = loadActivation(account);
  const ledger = await openLedger(setup.ledger).catch((error) => {
    throw new CommandFailed(`Nothing was sent, since the ledger cannot be opened: ${messageOf(error)}`);
  });
  try {
    const result = await activate(setup, ledger, code, options);
    if (options.json) printJson(result);
    else if (result.activated) print(textOf(account, setup, result.terminalSn));
    else tell(`unwind: ${oneLine(result.problem)}`);
    process.exitCode = result.activated ? EXIT.ok : EXIT.failed;
  } finally {
    await ledger.close();
  }
}

/** @throws BadInput unless it is given once, and can be read */
async function codeOf({ codeEnv, codeFile }: Options): Promise<string> {
  const { secretReader } = await import('../config/secrets.ts');
  if ((codeEnv === undefined) === (codeFile === undefined)) {
    throw new BadInput('The activation code is given by --code-env or by --code-file.');
  }
  try {
    return secretReader('.', process.env)(codeEnv === undefined ? { file: codeFile ?? '' } : { env: codeEnv }).trim();
  } catch (error) {
    throw new BadInput(`The activation code: ${messageOf(error)}.`);
  }
}

/** One activation, unless the account has a terminal that can sign. */
async function activate(
  { account, secret }: ActivationSetup,
  { terminalKeys }: Pick<Ledger, 'terminalKeys'>,
  code: string,
  { again, clientSn, name }: Options,
): Promise<Activation> {
  const { activateTerminal } = await import('../gateways/shouqianba/index.ts');
  const { terminalSn, terminalKey } = account;
  if (terminalSn !== undefined && again === undefined) {
    const where = (await terminalKeys.load(terminalSn)) ? 'the ledger' : terminalKey && 'the configuration';
    if (where) {
      const problem = `nothing was sent: terminal ${terminalSn} has a key in ${where}. --again activates all the same`;
      return { activated: false, terminalSn, problem };
    }
  }
  const names = { ...(clientSn !== undefined && { clientSn }), ...(name !== undefined && { name }) };
  const deps = { secret, now: Date.now, terminalKeys };
  return activateTerminal(account, deps, code, { timeoutMs: TIMEOUT_MS }, names);
}

function textOf(name: string, { file, account, ledger }: ActivationSetup, terminalSn: string): string {
  const { terminalSn: before, terminalKey } = account;
  const place = ledger.url === undefined ? (ledger.dataDir ?? './data') : 'PostgreSQL';
  const entry = `    terminalSn: ${JSON.stringify(oneLine(terminalSn))}`;
  return [
    `Terminal ${oneLine(terminalSn)} is activated. Its key is in the ledger (${place}), encrypted, and nowhere else.`,
    ...(before === terminalSn
      ? [`accounts.${name} of ${file} names it already.`]
      : [
          `Put this into accounts.${name} of ${file}${before === undefined ? '' : `, in place of ${before}`}:`,
          entry,
          ...(before === undefined
            ? []
            : [
                `Its open orders are asked for by the new terminal from then on. Whether Shouqianba shows them to it is ` +
                  'documented nowhere: settle them first, if you can.',
              ]),
        ]),
    ...(terminalKey === undefined ? [] : ['Take its terminalKey out: it is the key of an earlier activation.']),
  ].join('\n');
}
