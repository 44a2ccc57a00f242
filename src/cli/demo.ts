/** `unwind demo`: real workflows on a real server undo broken payments, and the money says whether they were right. */
import { type Command, InvalidArgumentError } from 'commander';
import { GATEWAYS, type GatewayName } from '../stand/accounts.ts';
import { CommandFailed, EXIT } from './errors.ts';
import { port, positive } from './options.ts';
import { print, printJson, tell } from './output.ts';
import { interrupted } from './signals.ts';

interface Options {
  readonly once?: true;
  readonly json?: true;
  readonly gateway?: readonly GatewayName[];
  readonly port?: number;
  readonly uiPort?: number;
  readonly concurrency: number;
}

function gateway(value: string, before: readonly GatewayName[] = []): readonly GatewayName[] {
  const named = GATEWAYS.filter((name) => name === value || name.startsWith(`${value}-`));
  if (named.length === 0) throw new InvalidArgumentError(`It is one of ${GATEWAYS.join(', ')}.`);
  return [...new Set([...before, ...named])];
}

export function addDemo(program: Command): void {
  program
    .command('demo')
    .summary('play every incident on this machine, conclusions beside the money')
    .description(
      'Starts a Temporal server with its Web UI, the sandbox gateways, a ledger and workers; plays every incident as a ' +
        "real workflow; sets each conclusion against the gateway's money. The Web UI stays up until Ctrl-C.",
    )
    .option('--once', 'end after the table; exit 1 when a conclusion and the money disagree')
    .option('--json', 'print one JSON object on stdout; progress stays on stderr (implies --once)')
    .option('--gateway <name>', `only this one; may be repeated (${GATEWAYS.join(', ')})`, gateway)
    .option('--port <port>', 'of the Temporal server (default: 7233, or any when that is taken)', port)
    .option('--ui-port <port>', 'of the Web UI (default: 8233, or any when that is taken)', port)
    .option('--concurrency <n>', 'incidents at once', positive, 12)
    .addHelpText('after', '\nExamples:\n  $ npm run demo\n  $ npm run demo -- --once --gateway alipay\n')
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { startDemo } = await import('../demo/demo.ts');
  const { storyOf, summaryOf, tableOf } = await import('../demo/report.ts');
  const { portOr } = await import('./free-port.ts');
  const stopAsked = interrupted();
  const demo = await startDemo({
    ...(options.gateway && { gateways: options.gateway }),
    port: options.port ?? (await portOr(7233)),
    uiPort: options.uiPort ?? (await portOr(8233)),
    concurrency: options.concurrency,
    log: tell,
  });
  try {
    const { server, stand } = demo;
    tell(`Web UI: ${server.uiUrl}   Temporal: ${server.address}   Sandbox: ${stand.sandbox.controlUrl}`);
    const played = await Promise.race([demo.play(), stopAsked]);
    if (typeof played === 'string') throw new CommandFailed('Interrupted before every incident was played.');
    const { results, seconds } = played;
    const agree = results.every(({ agrees }) => agrees);
    if (options.json) printJson({ agree, seconds: Math.round(seconds * 10) / 10, incidents: results });
    else print(`\n${tableOf(results)}\n`);
    for (const result of results) if (!result.agrees) tell(`${storyOf(result)}\n`);
    (options.json ? tell : print)(summaryOf(results, seconds));
    process.exitCode = agree ? EXIT.ok : EXIT.failed;
    if (options.once || options.json) return;
    print(invitation(server.uiUrl ?? '', server.address, stand.sandbox.controlUrl));
    await stopAsked;
  } finally {
    tell('Stopping …');
    await demo.stop();
  }
}

/** What to look at while everything is up. */
function invitation(ui: string, address: string, controlUrl: string): string {
  const workflows = `${ui}/namespaces/default/workflows`;
  const query = (text: string) => `${workflows}?query=${encodeURIComponent(text)}`;
  const at = address.endsWith(':7233') ? '' : `TEMPORAL_ADDRESS=${address} `;
  return `
Everything stays up. Look around:
  all reversals    ${workflows}
  stuck ones       ${query('ReversalStatus="stuck"')}
  refunded ones    ${query('ReversalFinalAction="refunded"')}
  the gateways     ${controlUrl} (what was called, what the money says)
Or from another terminal:
  ${at}npm run unwind -- list --status stuck --from temporal
  ${at}npm run unwind -- status alipay alipay-v3 <orderId>
Ctrl-C stops it all.`;
}
