import { afterAll, describe, expect } from 'vitest';
import { exchanges } from './real.ts';
import { openReplay } from './replay.ts';
import { looksAndActs } from './replays/looks-and-acts.ts';
import { races } from './replays/races.ts';
import { refunds } from './replays/refunds.ts';

const replay = openReplay();

describe('what the real 2.0.8 was asked is answered as it answered', () => {
  looksAndActs(replay);
  races(replay);
  refunds(replay);
});

/** What the sandbox leaves out, with the reason. */
const leftOut: readonly { readonly name: RegExp; readonly why: string }[] = [
  { name: /^pay /, why: 'pay is not part of the sandbox: orders are seeded' },
  { name: /^pay: /, why: 'likewise' },
  { name: /^query after (refused barcode|pay with channel 502)$/, why: 'the error text that pay left in the order' },
  { name: /MD5|req_sign off/, why: 'settings of the whole platform' },
];

afterAll(() => {
  const missing = exchanges.map(({ name }) => name).filter((name) => !replay.replayed.has(name));
  expect(missing.filter((name) => !leftOut.some((reason) => reason.name.test(name)))).toEqual([]);
  expect(replay.replayed.size).toBeGreaterThan(180);
});
