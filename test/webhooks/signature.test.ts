/** The signature, over real HTTP to the example of docs: rotation, forgery, configuration. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, parseConfig } from '../../src/config/index.ts';
import { type WebhookEvent, webhookEvent } from '../../src/webhooks/event.ts';
import { post } from '../../src/webhooks/post.ts';
import { blocksOf } from '../docs/blocks.ts';
import { newSecret, type Receiver, settingsFor, startReceiver } from './receiver.ts';

const pem = (key: 'privateKey' | 'publicKey') =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    [key].export({ type: key === 'privateKey' ? 'pkcs8' : 'spki', format: 'pem' })
    .toString();
const KEYS = { APP_KEY: pem('privateKey'), ALIPAY_KEY: pem('publicKey') };
const [oldOne, newOne] = [newSecret(), newSecret()];

/** The configuration with this section. */
function configured(section: string, env: Readonly<Record<string, string>> = {}) {
  const accounts = `
accounts:
  pos-east:
    provider: alipay
    api: v3
    endpoint: https://openapi.alipay.com
    appId: "2021000000000000"
    privateKey: { env: APP_KEY }
    alipayPublicKey: { env: ALIPAY_KEY }
`;
  return parseConfig(`${accounts}webhooks:\n${section}`, 'unwind.config.yaml', { ...KEYS, ...env }).webhooks;
}

let sent = 0;
function newEvent(): WebhookEvent {
  sent += 1;
  return webhookEvent.parse({
    id: `evt_${String(sent).padStart(32, '0')}`,
    type: 'reversal.final',
    timestamp: '2026-11-20T03:36:00.000Z',
    data: {
      provider: 'alipay',
      account: 'pos-east',
      orderId: 'RV1',
      amount: 1280,
      currency: 'CNY',
      status: 'final',
      finalAction: 'closed',
      latePayment: false,
      workflowId: 'reversal/alipay/pos-east/RV1',
    },
  });
}

const stops: (() => Promise<void>)[] = [];
async function receiverWith(secret: string): Promise<Receiver> {
  const receiver = await startReceiver(secret);
  stops.push(receiver.stop);
  return receiver;
}
afterAll(() => Promise.all(stops.map((stop) => stop())));

async function statusOf(receiver: Receiver, secrets: readonly string[], event = newEvent()): Promise<unknown> {
  const posted = await post(settingsFor(receiver, { secrets }), event);
  return posted.kind === 'status' ? posted.status : posted.why;
}

test('while two secrets are configured a receiver may know either; after the rotation only the new one', async () => {
  const env = { OLD: oldOne, NEW: newOne };
  const both = configured('  url: https://shop.example.com/hooks\n  secrets: [{ env: OLD }, { env: NEW }]\n', env);
  const after = configured('  url: https://shop.example.com/hooks\n  secrets: [{ env: NEW }]\n', env);
  const [knowsOld, knowsNew] = [await receiverWith(oldOne), await receiverWith(newOne)];
  for (const receiver of [knowsOld, knowsNew]) expect(await statusOf(receiver, both?.secrets ?? [])).toBe(204);
  expect(await statusOf(knowsNew, after?.secrets ?? [])).toBe(204);
  expect(await statusOf(knowsOld, after?.secrets ?? [])).toBe(401);
  expect(knowsOld.events).toHaveLength(1);
});

test('the example acts once on an event that comes twice, and never on a forged one', async () => {
  const receiver = await receiverWith(newOne);
  const event = newEvent();
  expect(await statusOf(receiver, [newOne], event)).toBe(204);
  expect(await statusOf(receiver, [newOne], event)).toBe(204);
  expect(await statusOf(receiver, [newSecret()])).toBe(401);
  const headers = { 'webhook-id': event.id, 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' };
  const forged = await fetch(receiver.url, { method: 'POST', headers, body: JSON.stringify(event) });
  expect(forged.status).toBe(401);
  expect(receiver.events).toEqual([event]);
});

describe('post', () => {
  test('tells a deadline, a broken connection and the wish of a receiver apart', async () => {
    const receiver = await receiverWith(newOne);
    receiver.fail('hang');
    const settings = settingsFor(receiver, { timeoutMs: 200 });
    expect(await post(settings, newEvent())).toEqual({ kind: 'failure', why: 'TIMEOUT' });
    receiver.fail('reset');
    expect(await post(settings, newEvent())).toMatchObject({
      kind: 'failure',
      why: expect.stringMatching(/RESET|SOCKET/),
    });
    receiver.fail('busy');
    expect(await post(settingsFor(receiver), newEvent())).toEqual({ kind: 'status', status: 429, retryAfterMs: 1000 });
    receiver.fail('moved');
    expect(await post(settingsFor(receiver), newEvent())).toEqual({ kind: 'status', status: 302 });
    expect(receiver.tries.map(({ path }) => path)).toEqual(Array.from({ length: 4 }, () => '/hooks'));
  });
});

describe('the configuration', () => {
  test('takes the secret that the documented command makes, and is the documented one by default', async () => {
    const blocks = blocksOf('docs/webhooks.md');
    const command = blocks.find(({ mark, language }) => mark === 'run' && language === 'sh')?.code ?? 'false';
    const { stdout } = await promisify(execFile)('/bin/sh', ['-ec', command]);
    const env = { S: stdout.trim(), WEBHOOK_SECRET: stdout.trim() };
    const documented = blocks.find(({ language }) => language === 'yaml')?.code ?? '';
    const short = configured('  url: https://shop.example.com/unwind\n  secrets: [{ env: S }]\n', env);
    expect(short).toMatchObject({ secrets: [stdout.trim()] });
    expect(configured(documented.replace(/^webhooks:\n/, ''), env)).toEqual(short);
  });

  test('has the recommended patience by itself', () => {
    expect(configured('  url: https://shop.example.com/hooks\n  secrets: [{ env: S }]\n', { S: newOne })).toEqual({
      url: 'https://shop.example.com/hooks',
      secrets: [newOne],
      timeoutMs: 15_000,
      retryForMs: 432_000_000,
      backOff: { firstMs: 5000, maxMs: 3_600_000 },
    });
  });

  test.each([
    [
      'an address of another protocol',
      'url: "ftp://shop.example.com"',
      'webhooks.url: must be an http or https address',
    ],
    [
      'a password in the address',
      'url: "https://u:p@shop.example.com"',
      'webhooks.url: must not hold a user or password',
    ],
    ['a misspelt field', 'retryfor: 5d', 'webhooks.retryfor: unknown field'],
    ['a secret in the open', `secrets: ["${newOne}"]`, 'webhooks.secrets.0: must be { file'],
    ['no secret at all', 'secrets: []', 'webhooks.secrets: needs at least one secret'],
    [
      'a secret that cannot be read',
      'secrets: [{ env: NOT_SET }]',
      'webhooks.secrets.0: the environment variable NOT_SET',
    ],
    ['a secret without its prefix', 'secrets: [{ env: BARE }]', 'webhooks.secrets.0: what it refers to is not whsec_'],
    [
      'a secret that is too short',
      'secrets: [{ env: SHORT }]',
      'webhooks.secrets.0: what it refers to must hold 24 to 64',
    ],
    ['a back-off that shrinks', 'backOff: { first: 2h }', 'webhooks.backOff: first must not be longer than max'],
  ])('refuses %s, and shows no secret', (_, line, problem) => {
    const env = { S: newOne, BARE: newOne.slice(6), SHORT: 'whsec_c2hvcnQ=' };
    const [field = ''] = line.split(':');
    const good = { url: 'url: https://shop.example.com', secrets: 'secrets: [{ env: S }]' };
    const lines = Object.entries({ ...good, [field]: line }).map(([, text]) => `  ${text}\n`);
    let problems: readonly string[] = [];
    try {
      configured(lines.join(''), env);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems = error.problems;
    }
    expect(problems).toEqual([expect.stringContaining(problem)]);
    for (const value of Object.values(env)) expect(problems.join()).not.toContain(value);
  });
});
