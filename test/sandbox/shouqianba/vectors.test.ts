import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { admit, type Gate } from '../../../src/sandbox/shouqianba/admit.ts';
import { DEFAULT_POLICY } from '../../../src/sandbox/shouqianba/policy.ts';
import { signBody } from '../../../src/sandbox/shouqianba/sign.ts';
import { Terminals } from '../../../src/sandbox/shouqianba/terminals.ts';

const vector = z.object({
  id: z.string(),
  principal: z.enum(['vendor', 'terminal']),
  path: z.string(),
  sn: z.string(),
  key: z.string(),
  body_base64: z.base64(),
  sign: z.string(),
  authorization: z.string(),
});
const reject = z.object({
  id: z.string(),
  body_base64: z.base64().optional(),
  use_body_of: z.string().optional(),
  authorization: z.string().nullish(),
  use_authorization_of: z.string().optional(),
  expect: z.object({ error_code: z.string().optional(), error_code_one_of: z.array(z.string()).optional() }),
});
const file = z
  .object({ vectors: z.array(vector), reject: z.array(reject) })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/shouqianba.json', import.meta.url), 'utf8')));

const byId = (id: string | undefined) => file.vectors.find((known) => known.id === id);

/** A gateway that knows the terminals and the vendor of all vectors. */
function gate(policy = DEFAULT_POLICY): Gate {
  const terminals = new Terminals({ now: () => 0 });
  for (const { principal, sn, key } of file.vectors) if (principal === 'terminal') terminals.add(sn, key);
  const vendor = file.vectors.find(({ principal }) => principal === 'vendor');
  return { terminals, vendor: { sn: vendor?.sn ?? '', key: vendor?.key ?? '' }, policy };
}

function ask(known: Gate, call: { body: string; authorization?: string | undefined; vendor?: boolean }) {
  const headers = call.authorization === undefined ? {} : { authorization: call.authorization };
  const body = Buffer.from(call.body, 'base64');
  const request = { method: 'POST', target: '/', path: '/', headers, body };
  return admit(known, call.vendor === true ? 'activate' : 'cancel', request);
}

describe('signatures made by the official demos', () => {
  it.each(file.vectors)('$id: the same sign, and it is let in', (known) => {
    expect(signBody(Buffer.from(known.body_base64, 'base64'), known.key)).toBe(known.sign);
    const { authorization, body_base64: body, principal } = known;
    expect(ask(gate(), { body, authorization, vendor: principal === 'vendor' })).toMatchObject({ ok: true });
  });

  it.each(file.reject)('$id: refused', (bad) => {
    const body = bad.body_base64 ?? byId(bad.use_body_of)?.body_base64 ?? '';
    const authorization = bad.authorization ?? byId(bad.use_authorization_of)?.authorization;
    const admitted = ask(gate(), { body, authorization });
    const codes = bad.expect.error_code_one_of ?? [bad.expect.error_code];
    expect(admitted.ok ? undefined : admitted.reply.error_code).toSatisfy((code) => codes.includes(code));
  });

  it('upper-case hex is refused, unless the policy says otherwise', () => {
    const { sn = '', sign = '', body_base64: body = '' } = byId('java-08-cancel-omitted-optional') ?? {};
    const authorization = `${sn} ${sign.toUpperCase()}`;
    expect(ask(gate(), { body, authorization }).ok).toBe(false);
    expect(ask(gate({ ...DEFAULT_POLICY, upperCaseSign: true }), { body, authorization }).ok).toBe(true);
  });
});
