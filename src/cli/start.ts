/** `unwind start`: starts reversals, one JSON object a line, and prints how each ends. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { gate } from '../lib/gate.ts';
import { parseRequest, type ReversalInput } from '../reversal/request.ts';
import { awaitEnd, type End } from './await-end.ts';
import { BadInput, EXIT, messageOf } from './errors.ts';
import { positive } from './options.ts';
import { print, tell } from './output.ts';
import { nameOf, type RequestLine, readRequests } from './requests.ts';
import { type Session, withSession } from './session.ts';
import { interrupted } from './signals.ts';

interface Options extends Partial<Record<(typeof FIELDS)[number], string>> {
  readonly file?: string;
  readonly gatewayId?: string;
  readonly wait?: true;
  readonly untilStuck?: true;
  readonly json?: true;
  readonly skipInvalid?: true;
  readonly concurrency: number;
}

/** The request's fields that can be options. */
const FIELDS = [
  ...(['provider', 'account', 'orderId', 'amount', 'currency', 'reason'] as const),
  ...(['ifPaid', 'method', 'attemptedAt', 'expiresAt', 'clientIp'] as const),
] satisfies readonly (keyof ReversalInput)[];

export function addStart(program: Command): void {
  program
    .command('start')
    .summary('start reversals, and print how they end')
    .description(
      'Starts one reversal a line of a file, or one by options. Every line is checked first: when one is wrong, all ' +
        'problems are listed and nothing is started. Starting an order that is being reversed joins that reversal.',
    )
    .option('--file <path>', 'requests, one JSON object a line; - reads stdin')
    .option('--wait', 'until every reversal has ended; one line on stdout as each does')
    .option('--until-stuck', 'with --wait: one that waits for people counts as ended')
    .option('--json', 'lines of JSON: orderId, provider, account, status, finalAction, stuckReason')
    .option('--skip-invalid', 'start the valid lines although others are wrong; exit 2 at the end')
    .option('--concurrency <n>', 'calls to Temporal at once', positive, 50)
    .optionsGroup('One request, when no file is given:')
    .option('--provider <name>', 'alipay, shouqianba or daxpay')
    .option('--account <name>', "as in the worker's configuration")
    .option('--order-id <id>', "the merchant's own number")
    .option(
      '--gateway-id <number>',
      "the gateway's own number, to find order, amount and currency by (see `unwind find`)",
    )
    .option('--amount <minor>', 'in minor units: 1280 is 12.80')
    .addOption(new Option('--currency <code>', 'ISO 4217').default(undefined, 'CNY'))
    .addOption(new Option('--reason <reason>').choices(['ambiguous', 'timeout', 'void']))
    .addOption(new Option('--if-paid <what>', 'default: reverse for void, else keep').choices(['keep', 'reverse']))
    .addOption(new Option('--method <method>').choices(['barcode', 'qr']))
    .option('--attempted-at <instant>', 'when the payment was sent, such as 2026-11-20T03:36:00Z')
    .option('--expires-at <instant>', 'when it can no longer be paid')
    .option('--client-ip <address>', "what DaxPay is told with each call, instead of the account's own")
    .addHelpText(
      'after',
      `
Examples:
  $ unwind start --file requests.ndjson --wait --json > outcomes.ndjson
  $ unwind start --provider alipay --account pos-east --order-id RV1 --amount 1280 --reason ambiguous --wait
  $ unwind start --provider alipay --account pos-east --gateway-id 2026112022001400000000000001 --reason void --wait
A line of the file:
  {"provider":"alipay","account":"pos-east","orderId":"RV1","amount":1280,"currency":"CNY","reason":"ambiguous"}
Exit codes: 0 all ended (or were started, without --wait); 1 one failed or could not be started; 2 wrong input.`,
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { requests, problems } = await requestsOf(await withFound(options));
  if (problems.length > 0) {
    const nothing = options.skipInvalid && requests.length > 0 ? '' : ' Nothing was started.';
    const trouble = new BadInput(`${problems.length} of the requests cannot be used.${nothing}`, problems);
    if (nothing !== '') throw trouble;
    tell(trouble.message);
  }
  if (requests.length === 0) throw new BadInput('There is no request in the input.');
  const failed = await withSession(async (session) => {
    await requireServed(session, requests);
    return startAll(session, requests, options);
  });
  process.exitCode = problems.length > 0 ? EXIT.badInput : failed > 0 ? EXIT.failed : EXIT.ok;
}

/** The order that the gateway's own number names. What is given beside it has to agree. */
async function withFound(options: Options): Promise<Options> {
  const { provider, account, gatewayId, ...given } = options;
  if (gatewayId === undefined) return options;
  if (provider === undefined || account === undefined || given.file !== undefined) {
    throw new BadInput('With --gateway-id, give --provider and --account, and no --file.');
  }
  const { find } = await import('./find.ts');
  const found = await withSession((session) => find(session, { provider, account, gatewayId }));
  const named = { orderId: found.orderId, amount: String(found.amount), currency: found.currency };
  const others = (['orderId', 'amount', 'currency'] as const).flatMap((name) =>
    given[name] === undefined || given[name] === named[name]
      ? []
      : [`${name}: ${given[name]} was given, and the gateway has ${named[name]}`],
  );
  if (others.length > 0) throw new BadInput(`${gatewayId} is another order. Nothing was started.`, others);
  tell(`${gatewayId} is ${nameOf(found)} of ${found.amount} ${found.currency} (minor units), ${found.view}`);
  return { ...given, provider, account, ...named };
}

async function requestsOf(options: Options) {
  const given = FIELDS.filter((name) => options[name] !== undefined);
  if (options.file !== undefined) {
    if (given.length > 0) throw new BadInput('Give --file or the fields of one request, not both.');
    const content = options.file === '-' ? text(process.stdin) : readFile(options.file, 'utf8');
    return readRequests(await content.catch((error) => Promise.reject(new BadInput(messageOf(error)))));
  }
  if (given.length === 0) throw new BadInput('Give --file, or the fields of one request (see --help).');
  const fields = Object.fromEntries(given.map((name) => [name, options[name]]));
  const amount = fields.amount !== undefined && /^\d+$/.test(fields.amount) ? Number(fields.amount) : fields.amount;
  const one = readRequests(JSON.stringify({ currency: 'CNY', ...fields, ...(amount !== undefined && { amount }) }));
  return { ...one, problems: one.problems.map((problem) => problem.replace('line 1: ', '')) };
}

/** @throws BadInput for providers that nobody serves: nothing is started. A known one without a worker is warned about. */
async function requireServed({ temporal }: Session, requests: readonly RequestLine[]): Promise<void> {
  const { lastPollOf, unknownProvider } = await import('../client/queue.ts');
  const problems: string[] = [];
  for (const provider of new Set(requests.map(({ input }) => input.provider))) {
    const problem = await unknownProvider(temporal, provider);
    if (problem !== undefined) problems.push(problem);
    // A warning only, so who may not ask the server for it starts all the same.
    else if ((await lastPollOf(temporal, provider).catch(Date.now)) === undefined) {
      tell(`No worker serves ${provider} now: what is started waits until one runs (\`unwind worker\`).`);
    }
  }
  if (problems.length > 0) throw new BadInput('Nobody would begin these reversals. Nothing was started.', problems);
}

const PROGRESS_EVERY_MS = 2000;

/** @returns how many failed */
async function startAll(session: Session, requests: readonly RequestLine[], options: Options): Promise<number> {
  const pass = gate(options.concurrency);
  const stop = new AbortController();
  void interrupted().then(() => stop.abort());
  let [started, ended, failed] = [0, 0, 0];
  const total = requests.length;
  let told = '';
  const progress = setInterval(() => {
    const line = `${started} of ${total} started, ${ended} ended`;
    if (line !== told) tell(line);
    told = line;
  }, PROGRESS_EVERY_MS);
  progress.unref();

  const one = async ({ line, input }: RequestLine): Promise<void> => {
    const order = parseRequest(input);
    const say = (end: End) => report(order, end, options.json === true);
    if (stop.signal.aborted) return;
    const begun = await pass(() => session.reversals.start(input)).catch((error: unknown) => {
      failed += 1;
      const problem = `line ${line}: could not be started: ${causeOf(error)}`;
      say({ status: 'failed', finalAction: null, stuckReason: null, error: problem });
      return undefined;
    });
    if (begun === undefined) return;
    started += 1;
    if (!options.wait) {
      return say({ status: begun.joined ? 'joined' : 'started', finalAction: null, stuckReason: null });
    }
    const end = await awaitEnd(
      session,
      begun.workflowId,
      { untilStuck: options.untilStuck === true, signal: stop.signal },
      pass,
    );
    if (end === undefined) return;
    ended += 1;
    if (end.status === 'failed') failed += 1;
    say(end);
  };
  await Promise.all(requests.map(one));
  clearInterval(progress);
  if (stop.signal.aborted) {
    tell(`Interrupted: ${total - ended - failed} not awaited to the end. What was started goes on.`);
    failed += 1;
  } else
    tell(
      `${started} of ${total} started${options.wait ? `, ${ended} ended` : ''}${failed ? `, ${failed} failed` : ''}`,
    );
  return failed;
}

function report(order: ReturnType<typeof parseRequest>, end: End, json: boolean): void {
  const { orderId, provider, account } = order;
  if (json) {
    const { status, finalAction, stuckReason, error } = end;
    print(JSON.stringify({ orderId, provider, account, status, finalAction, stuckReason, ...(error && { error }) }));
    return;
  }
  const what = end.finalAction ?? (end.stuckReason === null ? end.status : `${end.status}: ${end.stuckReason}`);
  print(`${nameOf(order)}  ${what}${end.error === undefined ? '' : `: ${end.error}`}`);
}

/** The message of what the server or the workflow said. */
function causeOf(error: unknown): string {
  const said = error instanceof Error && error.cause instanceof Error ? error.cause.message : messageOf(error);
  if (!/search attribute/i.test(said)) return said;
  return 'the namespace lacks search attributes: `unwind worker --setup` or `unwind doctor --setup` creates them';
}
