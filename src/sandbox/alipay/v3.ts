import { randomBytes, randomUUID } from 'node:crypto';
import type { SandboxRequest } from '../contract.ts';
import { type Call, type Check, firstRefusal, parseObject, queryOf, type Rendered } from './call.ts';
import { bendFields, renderJson } from './json.ts';
import { keyPair, verifyText } from './keys.ts';
import type { AlipayOperation } from './operations.ts';
import { APP_ID } from './options.ts';
import { bareCode, classOf, type Fields, messageOf, type Reply, refusal } from './reply.ts';
import { seal } from './seal.ts';
import type { Shape } from './shape.ts';

const paths: Readonly<Record<string, AlipayOperation>> = {
  '/v3/alipay/trade/query': 'query',
  '/v3/alipay/trade/cancel': 'cancel',
  '/v3/alipay/trade/close': 'close',
  '/v3/alipay/trade/refund': 'refund',
  '/v3/alipay/trade/fastpay/refund/query': 'refundQuery',
};

const SCHEME = 'ALIPAY-SHA256withRSA ';

interface Authorization {
  /** What was signed, as sent. */
  readonly authString: string;
  readonly values: ReadonlyMap<string, string>;
  readonly sign: string;
}

/** A request to a path of v3. The query may also be a GET, as the older documentation has it. */
export function readV3(request: SandboxRequest): Call | undefined {
  if (!request.path.startsWith('/v3/')) return undefined;
  const found = paths[request.path];
  const isGet = request.method === 'GET';
  const operation = request.method === 'POST' || (isGet && found === 'query') ? found : undefined;
  const authorization = readAuthorization(request.headers.authorization);
  const params = isGet ? Object.fromEntries(queryOf(request.target)) : parseObject(request.body.toString('utf8'));
  return {
    protocol: 'v3',
    operation,
    params,
    authenticate: (context) => firstRefusal(authentication(request, authorization), context),
    admit: (context) => firstRefusal(admission(request, operation, params), context),
    render,
  };
}

function readAuthorization(header: string | undefined): Authorization | undefined {
  if (header?.startsWith(SCHEME) !== true) return undefined;
  const [, authString = '', sign = ''] = /^(.*?)(?:,sign=(.*))?$/s.exec(header.slice(SCHEME.length)) ?? [];
  const pairs = authString.split(',').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  });
  return { authString, values: new Map(pairs), sign };
}

/** No credential at all is called a missing timestamp: so observed. */
function authentication(request: SandboxRequest, authorization: Authorization | undefined): readonly Check[] {
  const value = (name: string): string => authorization?.values.get(name) ?? '';
  return [
    () => (authorization === undefined ? refusal('isv.missing-timestamp') : undefined),
    () => (value('app_id') === APP_ID ? undefined : refusal('isv.invalid-app-id')),
    () => (value('timestamp') === '' ? refusal('isv.missing-timestamp') : undefined),
    ({ options, now }) => {
      const time = /^\d{13}$/.test(value('timestamp')) ? Number(value('timestamp')) : Number.NaN;
      const isNear = Math.abs(now() - time) <= options.timestampToleranceMs;
      const isOver = value('expired_seconds') !== '' && now() > time + Number(value('expired_seconds')) * 1000;
      return isNear && !isOver ? undefined : refusal('isv.invalid-timestamp');
    },
    () => (value('nonce') === '' ? { ...refusal('isv.invalid-parameter'), message: 'nonce is missing' } : undefined),
    ({ options, usedNonces }) =>
      options.refuseUsedNonces && usedNonces.has(value('nonce'))
        ? { ...refusal('isv.invalid-parameter'), message: 'nonce was used before' }
        : undefined,
    () => (authorization?.sign === '' ? refusal('isv.missing-signature') : undefined),
    ({ options, usedNonces }) => {
      const signature = authorization?.sign ?? '';
      if (!verifyText(signedText(request, authorization), signature, keyPair('application').publicKey)) {
        return { ...refusal('isv.invalid-signature'), status: options.invalidSignatureStatus };
      }
      usedNonces.add(value('nonce'));
      return undefined;
    },
  ];
}

function signedText(request: SandboxRequest, authorization: Authorization | undefined): string {
  const token = request.headers['alipay-app-auth-token'];
  const lines = [
    authorization?.authString ?? '',
    request.method,
    request.target,
    request.body.toString('utf8'),
    ...(token ? [token] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function admission(
  request: SandboxRequest,
  operation: AlipayOperation | undefined,
  params: Readonly<Record<string, unknown>> | undefined,
): readonly Check[] {
  return [
    ({ options }) => {
      const token = request.headers['alipay-app-auth-token'] ?? '';
      return token === '' || options.appAuthTokens.includes(token) ? undefined : refusal('aop.invalid-app-auth-token');
    },
    () => (operation === undefined ? { ...refusal('isv.invalid-method'), status: 404 } : undefined),
    () => (params === undefined ? refusal('isv.illegal-json') : undefined),
  ];
}

function render(reply: Reply, shape: Shape): Rendered {
  const traceId = randomBytes(16).toString('hex');
  const fields = bendFields(reply.ok ? reply.fields : errorFields(reply, traceId, shape), shape);
  const body = renderJson(
    { ...fields, ...(shape.classicMembers && reply.ok && { code: '10000', msg: 'Success' }) },
    shape,
  );
  return {
    status: reply.ok ? 200 : (reply.status ?? classOf(reply.code).status),
    headers: {
      'content-type': 'application/json;charset=utf-8',
      'alipay-trace-id': traceId,
      ...(shape.certSn && { 'alipay-sn': '2f0e3b1c9d8a7654e3b1c9d8a7654f0e' }),
      ...signatureHeaders(body, fields, reply.ok || shape.signedErrors === true, shape),
    },
    body,
    code: reply.ok ? '200' : bareCode(reply.code),
  };
}

/** Errors carry three members and never those of the business, so no `retry_flag` either. */
function errorFields(reply: Reply & { ok: false }, traceId: string, shape: Shape): Fields {
  const link = `https://open.alipay.com/api/errCheck?traceId=${traceId}&source=openapi`;
  const links = { array: [{ link, desc: '解决方案' }], string: link, none: undefined }[shape.links ?? 'array'];
  return { code: bareCode(reply.code), message: messageOf(reply), links };
}

function signatureHeaders(body: string, fields: Fields, isSigned: boolean, shape: Shape): Record<string, string> {
  if (shape.nullSignature) return { 'alipay-signature': 'null' };
  if (!isSigned || shape.noSignature) return {};
  const timestamp = String(Date.now() - (shape.signedMsAgo ?? 0));
  const nonce = randomUUID();
  const signed = (text: string): string => `${timestamp}\n${nonce}\n${text}\n`;
  return {
    'alipay-timestamp': timestamp,
    'alipay-nonce': nonce,
    'alipay-signature': seal(body, fields.out_trade_no, signed, shape),
  };
}
