import type { Operation, SandboxRequest } from '../../contract.ts';
import type { Profile } from '../profiles/profile.ts';
import { type Params, readParams, textParam, UnreadableBody } from './fields.ts';
import { parseObject } from './json.ts';
import type { Verb } from './requests.ts';

/** A request as the server's own class holds it. */
export interface Received {
  readonly verb: Verb;
  readonly params: Params;
}

/** Throws `UnreadableBody` for what Jackson could not read. */
export function receive(request: SandboxRequest, profile: Profile, route: Verb): Received {
  const body = parseObject(request.body.toString('utf8'));
  if (body === undefined) throw new UnreadableBody('JSON parse error: Unexpected input');
  const params = readParams(profile.requests[route], body);
  return { verb: route === 'close' && params.useCancel === true ? 'cancel' : route, params };
}

const operations: Readonly<Record<Verb, Operation>> = {
  query: 'query',
  close: 'close',
  cancel: 'cancel',
  sync: 'sync',
  refund: 'refund',
  refundQuery: 'refundQuery',
  refundSync: 'refundQuery',
};

/** For the server's log and faults: without trust, and without an error for what cannot be read. */
export function recognise(
  request: SandboxRequest,
  profile: Profile,
): (Received & { operation: Operation }) | undefined {
  const route = profile.routes[request.path];
  if (route === undefined) return undefined;
  try {
    const received = receive(request, profile, route);
    return { ...received, operation: operations[received.verb] };
  } catch (error) {
    if (!(error instanceof UnreadableBody)) throw error;
    return { verb: route, params: {}, operation: operations[route] };
  }
}

/** The merchant's number, where the request itself gives it. */
export function namedOrder(params: Params): string | undefined {
  return textParam(params, 'bizOrderNo') ?? textParam(params, 'bizOrderNoeNo');
}
