/** `unwind api`: the way in over HTTP. `unwind api key`: a new key. */
import { type Command, Option } from 'commander';
import { ROLES, type Role } from '../api/keys.ts';
import type { LedgerSource } from '../api/ledger.ts';
import type { ReversalClient } from '../client/contract.ts';
import type { Accounts } from '../gateways/accounts.ts';
import type { NotificationDesk } from '../notifications/index.ts';
import { CommandFailed, messageOf } from './errors.ts';
import { print, printJson, tell } from './output.ts';
import { withSession } from './session.ts';
import { interrupted } from './signals.ts';

export function addApi(program: Command): void {
  const api = program
    .command('api')
    .summary('serve the HTTP API')
    .description(
      'Serves the HTTP API as the section `api` of UNWIND_CONFIG (default: unwind.config.yaml) says; /docs is a page to ' +
        'read. It needs no secret of any gateway. SIGTERM or Ctrl-C takes no new requests and finishes the ones under ' +
        'way; a second one ends at once.',
    )
    .addHelpText('after', '\nExample:\n  $ UNWIND_CONFIG=/etc/unwind/unwind.config.yaml unwind api\n')
    .action(serve);
  api
    .command('key')
    .summary('make a key for the API')
    .description('Makes a random key and prints it, once: the configuration takes its hash, which is no secret.')
    .requiredOption('--name <name>', 'who will have it')
    .addOption(new Option('--role <role...>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--json', 'print one JSON object: name, roles, key, sha256')
    .addHelpText('after', '\nExample:\n  $ unwind api key --name pos --role start view\n')
    .action(makeKey);
}

interface KeyOptions {
  readonly name: string;
  readonly role: readonly Role[];
  readonly json?: true;
}

async function makeKey({ name, role: roles, json }: KeyOptions): Promise<void> {
  const { hashOf, newKey } = await import('../api/keys.ts');
  const key = newKey();
  const sha256 = hashOf(key).toString('hex');
  if (json) return printJson({ name, roles, key, sha256 });
  print(key);
  tell('This is the only time it is shown. For the configuration:');
  tell(`api:\n  keys:\n    - { name: ${name}, roles: [${roles.join(', ')}], sha256: ${sha256} }`);
}

async function deskOf(accounts: Accounts, client: ReversalClient, ledger: LedgerSource): Promise<NotificationDesk> {
  const { createNotificationDesk } = await import('../notifications/index.ts');
  return createNotificationDesk({
    accounts,
    client,
    ledger: { reversal: (order) => ledger.ask((reader) => reader.reversal(order)) },
    onError(error, { provider, account, orderId }) {
      tell(`A notification for ${provider}/${account}/${orderId} is to come again: ${messageOf(error)}`);
    },
  });
}

async function serve(): Promise<void> {
  const { loadApiSetup } = await import('../config/index.ts');
  const { createApi } = await import('../api/app.ts');
  const { ledgerSource } = await import('../api/ledger.ts');
  const stopAsked = interrupted();
  const { api, accounts, ledger: ledgerConfig, notified } = loadApiSetup();
  const { host, port, rateLimit, trustProxy, keys } = api;
  await withSession(async ({ temporal, reversals, address, namespace }) => {
    const ledger = ledgerSource(ledgerConfig);
    const notifications = notified && (await deskOf(notified, reversals, ledger));
    const server = await createApi({
      ...{ temporal, reversals, ledger, keys, rateLimit, trustProxy, accounts },
      ...(notifications && { notifications }),
    });
    try {
      const at = await server.listen({ host, port }).catch((error: unknown) => {
        throw new CommandFailed(`It cannot listen on ${host}:${port}: ${messageOf(error)}`);
      });
      tell(`Serving ${at}, to read: ${at}/docs; namespace ${namespace} at ${address}.`);
      tell(`${await stopAsked}: finishing what is under way; a second one ends at once.`);
    } finally {
      await server.close();
      await ledger.close();
    }
  });
  tell('Stopped cleanly; running requests were finished.');
}
