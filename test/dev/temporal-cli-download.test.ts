/** The download of the Temporal CLI: what is not the known archive is neither unpacked nor run. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { TEMPORAL_CLI_VERSION } from '../../src/dev/temporal-cli.ts';
import { CHECKSUMS, downloadTemporalCli } from '../../src/dev/temporal-cli-download.ts';

test('another archive than the known one is refused, and nothing of it is left', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unwind-download-'));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(gzipSync('a program of somebody else'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  try {
    const { port } = server.address() as AddressInfo;
    const target = join(folder, 'temporal');
    const get = { target, version: TEMPORAL_CLI_VERSION, log: () => {} };
    await expect(downloadTemporalCli(get, `http://127.0.0.1:${port}`)).rejects.toThrow('it is not used');
    expect(asked).toEqual([expect.stringMatching(/^\/v1\.8\.2\/temporal_cli_1\.8\.2_\w+\.tar\.gz$/)]);
    expect(existsSync(target)).toBe(false);
    expect(await readdir(folder)).toEqual([]);
    const unknown = downloadTemporalCli({ ...get, version: '0.0.1' }, `http://127.0.0.1:${port}`);
    await expect(unknown).rejects.toThrow('no checksum is known');
    expect(asked).toHaveLength(1);
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test('every platform that is downloaded for has the checksum of the version in use', () => {
  const names = Object.keys(CHECKSUMS);
  expect(names).toHaveLength(4);
  for (const name of names) expect(name).toContain(`_${TEMPORAL_CLI_VERSION}_`);
  for (const checksum of Object.values(CHECKSUMS)) expect(checksum).toMatch(/^[0-9a-f]{64}$/);
});
