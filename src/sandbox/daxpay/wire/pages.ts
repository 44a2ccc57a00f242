import type { SandboxAnswer, SandboxHost } from '../../contract.ts';
import type { Profile } from '../profiles/profile.ts';
import { type JsonObject, print } from './json.ts';
import { traceId } from './numbers.ts';

/** A body as JSON. The real server does not name a charset (it is UTF-8). */
export function page(status: number, body: JsonObject, headers: Readonly<Record<string, string>> = {}): SandboxAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: print(body) };
}

/** Spring's own error page: no `code`, no envelope (real 2.1). */
export function springError(path: string, host: Pick<SandboxHost, 'now'>): SandboxAnswer {
  const timestamp = new Date(host.now()).toISOString().replace('Z', '+00:00');
  return page(500, { timestamp, status: 500, error: 'Internal Server Error', path });
}

export function unknownPath(profile: Profile, path: string, host: Pick<SandboxHost, 'now'>): SandboxAnswer {
  if (profile.unknownPath === 'springError') return springError(path, host);
  return page(404, { code: 10404, msg: '请求路径不存在', data: null, traceId: traceId() });
}

/** Without a trace id, as recorded. */
export function wrongMethod(method: string): SandboxAnswer {
  return page(200, { msg: `不支持${method}请求方法，支持以下POST`, code: 1, data: null });
}
