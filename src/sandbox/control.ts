import { z } from 'zod';
import type { Sandbox } from './contract.ts';
import {
  faultSchema,
  filterSchema,
  happeningSchema,
  noticeSchema,
  outageSchema,
  seedSchema,
} from './control-schemas.ts';
import { type Listening, listen, readRequest } from './listen.ts';
import { send } from './wire.ts';

export interface ControlOptions {
  readonly host: string;
  readonly port: number;
  readonly sandbox: Omit<Sandbox, 'controlUrl' | 'stop'>;
  readonly systems: readonly string[];
  /** What was found wrong with the sandbox itself. */
  defects(): readonly string[];
}

interface Call {
  readonly system: string;
  readonly orderId: string;
  readonly filter: { system?: string; orderId?: string };
  readonly body: unknown;
}

interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly what: string;
  /** What to answer, with 200; `undefined` is 404. May be a promise of it. */
  run(call: Call): unknown;
}

/**
 * The sandbox's controls over HTTP, for tests and demonstrations in other processes: JSON in and out. Input that does
 * not fit is answered 400 with every problem found; a refusal by the sandbox (a second seed, an event that the system
 * does not know) 409.
 */
export function startControl(options: ControlOptions): Promise<Listening> {
  const endpoints = endpointsOf(options);
  return listen(options, async (message, response) => {
    const answer = (status: number, value: unknown): void =>
      send(response, status, { 'content-type': 'application/json' }, `${JSON.stringify(value)}\n`);
    const request = await readRequest(message);
    if (request === undefined) {
      response.destroy();
      return;
    }
    const match = findEndpoint(endpoints, request.method, request.path);
    if (match === undefined) return answer(404, { error: 'no such endpoint; GET / lists them' });
    const body = parseJson(request.body);
    if (body.error !== undefined) return answer(400, { error: 'invalid input', problems: [body.error] });
    try {
      const filter = request.target.includes('?')
        ? Object.fromEntries(new URL(request.target, 'http://a').searchParams)
        : {};
      const call = { system: '', orderId: '', ...match.names, filter: filterSchema.parse(filter), body: body.value };
      if (call.system !== '' && !options.systems.includes(call.system)) {
        return answer(404, { error: `no system ${call.system}`, systems: options.systems });
      }
      const result = await match.endpoint.run(call);
      return result === undefined ? answer(404, { error: 'no such order' }) : answer(200, result);
    } catch (error) {
      if (error instanceof z.ZodError)
        return answer(400, { error: 'invalid input', problems: error.issues.map(problem) });
      return answer(409, { error: error instanceof Error ? error.message : String(error) });
    }
  });
}

function endpointsOf({ sandbox, systems, defects }: ControlOptions): readonly Endpoint[] {
  const endpoints: Endpoint[] = [
    {
      method: 'GET',
      path: '/',
      what: 'this list',
      run: () => ({ endpoints: endpoints.map(({ method, path, what }) => ({ method, path, what })) }),
    },
    {
      method: 'GET',
      path: '/health',
      what: 'the systems and their addresses, and what was found wrong with the sandbox itself',
      run: () => ({
        ok: defects().length === 0,
        systems: Object.fromEntries(systems.map((name) => [name, sandbox.url(name)])),
        defects: defects(),
      }),
    },
    {
      method: 'GET',
      path: '/log',
      what: 'the requests, ?system= and ?orderId= to filter',
      run: ({ filter }) => ({ log: sandbox.log(filter) }),
    },
    {
      method: 'GET',
      path: '/money',
      what: 'the money moved, ?system= and ?orderId= to filter',
      run: ({ filter }) => ({ money: sandbox.money(filter) }),
    },
    {
      method: 'GET',
      path: '/systems/{system}/credentials',
      what: 'the address of a system and what a client needs to talk to it',
      run: ({ system }) => ({ url: sandbox.url(system), credentials: sandbox.system(system).credentials() }),
    },
    {
      method: 'PUT',
      path: '/systems/{system}/outage',
      what: '{on}: while on, every connection to the system is reset',
      run: ({ system, body }) => {
        const { on } = outageSchema.parse(body);
        sandbox.outage(system, on);
        return { on };
      },
    },
    {
      method: 'GET',
      path: '/systems/{system}/outage',
      what: 'how many new connections outages have reset so far',
      run: ({ system }) => ({ refused: sandbox.refused(system) }),
    },
    {
      method: 'POST',
      path: '/systems/{system}/orders',
      what: '{orderId, amount, state, createdMsAgo?, paidMsAgo?, flags?, faults?, events?, notifyUrl?}: seeds an order',
      run: ({ system, body }) => {
        const order = seedSchema.parse(body);
        sandbox.seed(system, order);
        return sandbox.truth(system, order.orderId) ?? { orderId: order.orderId, state: 'absent' };
      },
    },
    {
      method: 'GET',
      path: '/systems/{system}/orders/{orderId}',
      what: 'the truth about an order',
      run: ({ system, orderId }) => sandbox.truth(system, orderId),
    },
    {
      method: 'POST',
      path: '/systems/{system}/orders/{orderId}/faults',
      what: '{operation, wire?, business?, from?, times?, delayMs?}: sets a fault; order * is every order',
      run: ({ system, orderId, body }) => {
        sandbox.fault(system, orderId, faultSchema.parse(body));
        return { set: true };
      },
    },
    {
      method: 'POST',
      path: '/systems/{system}/orders/{orderId}/events',
      what: '{name, with?}: lets something happen to an order now',
      run: ({ system, orderId, body }) => {
        sandbox.happen(system, orderId, happeningSchema.parse(body));
        return sandbox.truth(system, orderId);
      },
    },
    {
      method: 'POST',
      path: '/systems/{system}/orders/{orderId}/notifications',
      what: '{about?, forged?, otherMerchant?}: sends a notification to the notifyUrl now, and tells the answer',
      run: ({ system, orderId, body }) => sandbox.notify(system, orderId, noticeSchema.parse(body)),
    },
  ];
  return endpoints;
}

function findEndpoint(
  endpoints: readonly Endpoint[],
  method: string,
  path: string,
): { readonly endpoint: Endpoint; readonly names: Readonly<Record<string, string>> } | undefined {
  const given = path.split('/').map(decodeSegment);
  for (const endpoint of endpoints) {
    const wanted = endpoint.path.split('/');
    if (endpoint.method !== method || wanted.length !== given.length) continue;
    const names: Record<string, string> = {};
    const fits = wanted.every((segment, at) => {
      if (!segment.startsWith('{')) return segment === given[at];
      names[segment.slice(1, -1)] = given[at] ?? '';
      return given[at] !== '';
    });
    if (fits) return { endpoint, names };
  }
  return undefined;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function parseJson(body: Buffer): { value?: unknown; error?: string } {
  if (body.length === 0) return { value: {} };
  try {
    return { value: JSON.parse(body.toString('utf8')) };
  } catch {
    return { error: 'the body is not JSON' };
  }
}

/** `faults[0].wire: Invalid option: …` */
function problem(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  const where = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return where === '' ? issue.message : `${where.replace(/^\./, '')}: ${issue.message}`;
}
