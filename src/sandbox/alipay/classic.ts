import { randomBytes } from 'node:crypto';
import type { SandboxRequest } from '../contract.ts';
import { type Call, type Check, firstRefusal, parseObject, queryOf, type Rendered } from './call.ts';
import { bendFields, renderJson } from './json.ts';
import { keyPair, verifyText } from './keys.ts';
import type { AlipayOperation } from './operations.ts';
import { APP_ID } from './options.ts';
import { classOf, type Fields, messageOf, type Reply, refusal } from './reply.ts';
import { seal } from './seal.ts';
import type { Shape } from './shape.ts';
import { parseBeijingTime } from './units.ts';

const methods: Readonly<Record<string, AlipayOperation>> = {
  'alipay.trade.query': 'query',
  'alipay.trade.cancel': 'cancel',
  'alipay.trade.close': 'close',
  'alipay.trade.refund': 'refund',
  'alipay.trade.fastpay.refund.query': 'refundQuery',
};

/** A request to `gateway.do`, whichever of its parameters are in the query and which in the form. */
export function readClassic(request: SandboxRequest): Call | undefined {
  if (request.path !== '/gateway.do') return undefined;
  const given = new Map([...queryOf(request.target), ...new URLSearchParams(request.body.toString('utf8'))]);
  const method = given.get('method') ?? '';
  const operation = methods[method];
  return {
    protocol: 'classic',
    operation,
    params: parseObject(given.get('biz_content') ?? '{}'),
    authenticate: (context) => firstRefusal(authentication(given, operation), context),
    admit: (context) => firstRefusal(admission(given), context),
    render: (reply, shape) => render(reply, shape, operation && method),
  };
}

/** The documented order; that `app_id` comes before the signature was observed. */
function authentication(given: ReadonlyMap<string, string>, operation: AlipayOperation | undefined): readonly Check[] {
  const value = (name: string): string => given.get(name) ?? '';
  const required =
    (name: string, code: string): Check =>
    () =>
      value(name) === '' ? refusal(code) : undefined;
  const only =
    (name: string, allowed: RegExp, code: string): Check =>
    () =>
      value(name) === '' || allowed.test(value(name)) ? undefined : refusal(code);
  return [
    () => (value('app_id') === APP_ID ? undefined : { ...refusal('isv.invalid-app-id'), unsigned: true }),
    required('method', 'isv.missing-method'),
    () => (operation === undefined ? refusal('isv.invalid-method') : undefined),
    required('timestamp', 'isv.missing-timestamp'),
    required('version', 'isv.missing-version'),
    required('sign', 'isv.missing-signature'),
    required('sign_type', 'isv.missing-signature-type'),
    ({ options, now }) => {
      const time = parseBeijingTime(value('timestamp'));
      const isFine = time !== undefined && Math.abs(now() - time) <= options.timestampToleranceMs;
      return isFine ? undefined : refusal('isv.invalid-timestamp');
    },
    only('version', /^1\.0$/, 'isv.invalid-parameter'),
    only('format', /^json$/i, 'isv.invalid-format'),
    only('charset', /^utf-?8$/i, 'isv.invalid-charset'),
    only('sign_type', /^RSA2$/, 'isv.invalid-signature-type'),
    () => checkSignature(given),
  ];
}

function admission(given: ReadonlyMap<string, string>): readonly Check[] {
  return [
    ({ options }) => {
      const token = given.get('app_auth_token') ?? '';
      return token === '' || options.appAuthTokens.includes(token) ? undefined : refusal('aop.invalid-app-auth-token');
    },
    () => (parseObject(given.get('biz_content') ?? '{}') === undefined ? refusal('isv.illegal-json') : undefined),
  ];
}

/** Over all parameters but `sign` and the empty ones, `sign_type` included, sorted by name. */
function checkSignature(given: ReadonlyMap<string, string>): Reply | undefined {
  const text = [...given]
    .filter(([name, value]) => name !== 'sign' && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  if (verifyText(text, given.get('sign') ?? '', keyPair('application').publicKey)) return undefined;
  const message = `验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为：${escapeHtml(text)}`;
  return { ...refusal('isv.invalid-signature'), message };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function nodeFields(reply: Reply): Fields {
  if (reply.ok) return { code: '10000', msg: 'Success', ...reply.fields };
  const { code, msg } = classOf(reply.code);
  return { code, msg, sub_code: reply.code, sub_msg: messageOf(reply), ...reply.fields };
}

/** Always HTTP 200 and, as observed, not called JSON. */
function render(reply: Reply, shape: Shape, method: string | undefined): Rendered {
  const fields = bendFields(nodeFields(reply), shape);
  const node = renderJson(fields, shape);
  const key =
    method === undefined || shape.errorResponse ? 'error_response' : `${method.replaceAll('.', '_')}_response`;
  const isSigned = !shape.noSignature && (reply.ok || reply.unsigned !== true);
  const sign = isSigned ? [`"sign":${JSON.stringify(seal(node, fields.out_trade_no, (body) => body, shape))}`] : [];
  const nodes = [`"${key}":${node}`, ...(shape.duplicateNode ? [`"${key}":${renderJson(forged(fields), shape)}`] : [])];
  const cert = shape.certSn ? ['"alipay_cert_sn":"2f0e3b1c9d8a7654e3b1c9d8a7654f0e"'] : [];
  const members = shape.signFirst ? [...sign, ...nodes, ...cert] : [...nodes, ...cert, ...sign];
  return {
    status: 200,
    headers: { 'content-type': 'text/html;charset=utf-8', trace_id: randomBytes(16).toString('hex') },
    body: `{${members.join(',')}}`,
    code: reply.ok ? '10000' : reply.code,
  };
}

/** What an attacker would like the client to read. */
function forged(fields: Fields): Fields {
  const { sub_code, sub_msg, ...rest } = fields;
  const lie = 'trade_status' in rest ? { trade_status: 'TRADE_CLOSED' } : { action: 'refund', retry_flag: 'N' };
  return { ...rest, code: '10000', msg: 'Success', ...lie };
}
