/** `unwind doctor`: whether everything that reversals need is there, without changing anything. */
import type { Command } from 'commander';
import type { Config } from '../config/index.ts';
import type { Check } from './checks/check.ts';
import { EXIT, messageOf } from './errors.ts';
import { plainTable, print, printJson } from './output.ts';
import { withSession } from './session.ts';

interface Options {
  readonly setup?: true;
  readonly json?: true;
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .summary('check configuration, secrets, gateways, Temporal and ledger')
    .description(
      'Checks what reversals need: the configuration and its secrets, each gateway by one look at an order that does ' +
        'not exist, clocks, Temporal with its search attributes and pollers, the ledger. It changes nothing, unless ' +
        '--setup is given.',
    )
    .option('--setup', 'create the search attributes that the namespace lacks')
    .option('--json', 'print one JSON object: { "ok", "checks": [ { "name", "result", "detail" } ] }')
    .addHelpText(
      'after',
      '\nExit codes: 0 all well (warnings count as well); 1 something failed; 2 the configuration cannot be used.\n',
    )
    .action(run);
}

async function run({ setup, json }: Options): Promise<void> {
  const { loadConfig } = await import('../config/index.ts');
  const { checkEncryption } = await import('./checks/encryption.ts');
  const { checkWebhooks } = await import('./checks/webhooks.ts');
  const config = loadConfig();
  const gateways = await checkGateways(config);
  const temporal = await checkServer(gateways.providers, setup === true);
  const checks = [
    { name: 'configuration', result: 'ok' as const, detail: `${config.file}; all secrets can be read` },
    ...config.warnings.map((detail) => ({ name: 'configuration', result: 'warn' as const, detail })),
    ...gateways.checks,
    ...(config.webhooks === undefined ? [] : [checkWebhooks(config.webhooks)]),
    checkEncryption(config.encryption),
    ...temporal,
  ];
  const well = checks.every(({ result }) => result !== 'fail');
  if (json) printJson({ ok: well, checks });
  else
    print(
      plainTable(
        ['', 'CHECK', 'RESULT'],
        checks.map(({ name, result, detail }) => [result, name, detail]),
      ),
    );
  process.exitCode = well ? EXIT.ok : EXIT.failed;
}

async function checkGateways(config: Config): Promise<{ providers: readonly string[]; checks: readonly Check[] }> {
  const { checkAccount, readOnly } = await import('./checks/accounts.ts');
  const { checkEndpoints } = await import('./checks/endpoints.ts');
  const { checkLedger } = await import('./checks/ledger.ts');
  const { checks, ledger, isNew } = await checkLedger(config.ledger);
  try {
    const accounts = config.openAccounts(readOnly(ledger?.terminalKeys));
    const looks = await Promise.all(
      accounts.map((account): Check | Promise<Check> => {
        // Its present key is in the ledger; the configured one may be long out of date.
        const keysAreElsewhere = account.rotateKeys !== undefined && ledger === undefined && !isNew;
        if (!keysAreElsewhere) return checkAccount(account);
        const detail = "its terminal's key is in the ledger, which cannot be opened here";
        return { name: `account ${account.name}`, result: 'skip', detail };
      }),
    );
    const providers = [...new Set(accounts.map(({ provider }) => provider))];
    return { providers, checks: [...looks, ...(await checkEndpoints(config.file)), ...checks] };
  } finally {
    await ledger?.close();
  }
}

async function checkServer(providers: readonly string[], setup: boolean): Promise<readonly Check[]> {
  const { checkTemporal } = await import('./checks/temporal.ts');
  try {
    return await withSession((session) => checkTemporal(session, providers, setup));
  } catch (error) {
    return [{ name: 'temporal', result: 'fail', detail: messageOf(error) }];
  }
}
