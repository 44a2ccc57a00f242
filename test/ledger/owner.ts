/** Another real process that owns an embedded ledger. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Recording } from '../../src/ledger/index.ts';

const MODULE = new URL('../../src/ledger/index.ts', import.meta.url).href;
const SCRIPT = `
  const { openLedger } = await import('${MODULE}');
  const ledger = await openLedger({ dataDir: process.argv[1] });
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  for (const recording of JSON.parse(text)) await ledger.record(recording);
  const running = setInterval(() => {}, 1000);
  process.on('SIGTERM', () => ledger.close().then(() => clearInterval(running)));
  console.log('open');`;

export interface Owner {
  readonly pid: number | undefined;
  /** SIGTERM closes the ledger in order, SIGKILL does not. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts it, and resolves once it has recorded these. */
export async function startOwner(dataDir: string, recordings: readonly Recording[] = []): Promise<Owner> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  child.stdin.end(JSON.stringify(recordings));
  const ended = closed.then(() => Promise.reject(new Error('the owner ended before it had opened the ledger')));
  await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  ended.catch(() => {}); // from now on it may end
  return {
    pid: child.pid,
    async stop(signal) {
      child.kill(signal);
      await closed;
    },
  };
}
