import { createServer } from 'node:net';
import { freePort } from '../dev/free-port.ts';

/** The port that people expect, or any when it is taken. */
export function portOr(preferred: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(freePort()));
    probe.listen(preferred, '127.0.0.1', () => probe.close(() => resolve(preferred)));
  });
}
