/** `npm run build`: `dist` with types, and the prebuilt workflow bundle beside the worker. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DefaultLogger } from '@temporalio/worker';
import { bundleWorkflows } from '../src/worker/bundle.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}dist`;

rmSync(dist, { recursive: true, force: true });
const tsc = spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: root, stdio: ['ignore', 2, 2] });
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

// The bundle has to come from the very version of the SDK that runs it: package.json pins it exactly.
const code = await bundleWorkflows(pathToFileURL(`${dist}/`), '.js', new DefaultLogger('WARN'));
writeFileSync(`${dist}/workflow-bundle.js`, code);
process.stderr.write(`dist: compiled, workflow bundle of ${Math.round(code.length / 1024)} KiB\n`);
