/** What the documents show can be used as it stands: requests, messages, configuration, TypeScript. */

import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { findBody } from '../../src/api/contract.ts';
import { parseConfig } from '../../src/config/index.ts';
import { SEARCH_ATTRIBUTES } from '../../src/protocol/visibility.ts';
import { FINAL_ACTIONS, STUCK_REASONS } from '../../src/reversal/outcome.ts';
import { parseRequest, requestJsonSchema } from '../../src/reversal/request.ts';
import { STATUSES } from '../../src/reversal/status.ts';
import { EVENT_TYPES, webhookEvent } from '../../src/webhooks/event.ts';
import { OPERATOR_FIELDS, RESCHEDULE_FIELDS, RESOLVE_FIELDS, requireFields } from '../../src/workflows/validate.ts';
import { ALL_BLOCKS, nameOf, ROOT, textOf } from './blocks.ts';

const run = promisify(execFile);
const blocks = (language: string) => ALL_BLOCKS.filter((block) => block.language === language);

function checkMessage(message: Readonly<Record<string, unknown>>): void {
  const fields = 'finalAction' in message ? RESOLVE_FIELDS : 'dueAt' in message ? RESCHEDULE_FIELDS : OPERATOR_FIELDS;
  requireFields(message, fields, '');
}

/** Started as a batch by the test of the runbook. */
const isBatch = (value: object) => 'ratePerSecond' in value;

describe('JSON', () => {
  test.each(blocks('json').map((block) => [nameOf(block), block.code]))(
    '%s is a request, a message or an event',
    (_, code) => {
      const value = JSON.parse(code);
      if ('gatewayId' in value) findBody.parse(value);
      else if ('provider' in value) parseRequest(value);
      else if ('timestamp' in value) webhookEvent.parse(value);
      else if (!isBatch(value)) checkMessage(value);
    },
  );

  test('the messages within the text of the runbook can be pasted', () => {
    const messages = [...textOf('docs/runbook.md').matchAll(/`(\{ "operator".*?\})`/g)];
    expect(messages).toHaveLength(5);
    for (const [, message = ''] of messages) checkMessage(JSON.parse(message));
  });
});

test('every shell block says whether a test runs it', () => {
  for (const block of blocks('sh')) expect(block.mark, nameOf(block)).toMatch(/^(run|not run: .+)$/);
});

test('the configuration is valid, with keys of the right kind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unwind-docs-'));
  try {
    const [app, alipay] = [
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ];
    await writeFile(join(folder, 'alipay-app.pem'), app.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    for (const file of ['alipay.pem', 'sqb-callback.pem']) {
      await writeFile(join(folder, file), alipay.publicKey.export({ type: 'spki', format: 'pem' }));
    }
    const env = {
      TILL_1_KEY: 'a-key',
      DAXPAY_SECRET: 'a-secret',
      LEDGER_URL: 'postgres://localhost/unwind',
      LEDGER_KEY: randomBytes(32).toString('base64'),
      OVERDUE_URL: 'postgres://localhost/orders',
      WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
      UNWIND_PAYLOAD_KEY: randomBytes(32).toString('base64'),
    };
    const [yaml] = blocks('yaml').filter(({ document }) => document === 'docs/configuration.md');
    const text = (yaml?.code ?? '').replaceAll(/\/run\/secrets\/([\w.-]+)/g, (path) => join(folder, basename(path)));
    const config = parseConfig(text, 'unwind.config.yaml', env);
    const accounts = config.openAccounts({ load: async () => undefined, replace: async () => false });
    expect(accounts.map(({ provider, rules }) => [provider, rules])).toEqual([
      ['alipay', 'alipay'],
      ['shouqianba', 'shouqianba'],
      ['daxpay', 'daxpay-c'],
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('every other YAML block is YAML', () => {
  for (const { code } of blocks('yaml')) expect(parse(code)).toBeTypeOf('object');
});

test('the TypeScript compiles under the strictest settings', { timeout: 60_000 }, async () => {
  const folder = fileURLToPath(new URL('.cache/docs/', ROOT));
  await mkdir(folder, { recursive: true });
  const files = blocks('ts').map(({ code }, at) => [`snippet-${at}.ts`, code] as const);
  expect(files.length).toBeGreaterThan(0);
  for (const [file, code] of files) await writeFile(join(folder, file), code);
  const compilerOptions = {
    paths: { 'unwind/client': ['../../src/client.ts'], ms: ['../../node_modules/ms/dist/index.d.ts'] },
  };
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, include: files.map(([file]) => file) }),
  );
  const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', ROOT));
  await run(process.execPath, [tsc, '--noEmit', '-p', folder]).catch((error: { stdout?: string }) => {
    throw new Error(error.stdout);
  });
});

describe('what the documents list is complete', () => {
  const reversals = textOf('docs/reversals.md');

  test('final actions, statuses and stuck reasons', () => {
    for (const action of FINAL_ACTIONS) expect(reversals).toContain(`| \`${action}\` |`);
    for (const status of STATUSES) expect(reversals).toContain(`\`${status}\``);
    for (const reason of Object.keys(STUCK_REASONS)) expect(reversals).toContain(`\`${reason}\``);
  });

  test('the search attributes', () => {
    const operations = textOf('docs/operations.md');
    for (const { name } of Object.values(SEARCH_ATTRIBUTES)) expect(operations).toContain(`\`${name}\``);
  });

  test('the fields of a request', () => {
    const schema = requestJsonSchema();
    const fields = typeof schema === 'object' && schema !== null && 'properties' in schema ? schema.properties : {};
    for (const field of Object.keys(fields ?? {})) expect(reversals).toContain(`| \`${field}\` |`);
  });
});

test('every event and every field of it is documented', () => {
  const text = textOf('docs/webhooks.md');
  for (const [type, meaning] of Object.entries(EVENT_TYPES)) expect(text).toContain(`| \`${type}\` | ${meaning} |`);
  for (const field of Object.keys(webhookEvent.shape.data.shape)) expect(text).toContain(`\`${field}\``);
});
