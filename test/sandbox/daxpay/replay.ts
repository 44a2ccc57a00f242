import { expect } from 'vitest';
import type { BusinessFault } from '../../../src/sandbox/contract.ts';
import { daxpayC } from '../../../src/sandbox/daxpay/index.ts';
import { openBench, request } from './bench.ts';
import { recorded } from './real.ts';

/** How far an answer must be the recorded one: to the letter but for the trace id, or without what cannot be equal. */
type Likeness = 'exact' | 'noNumbers' | 'code';

const likenesses: Readonly<Record<Likeness, (text: string) => unknown>> = {
  exact: withoutTrace,
  // Refund numbers are made up here and signed, and a race has its own seconds.
  noNumbers: (text) => withoutTrace(text).replace(/"(refundNo|sign)":"[^"]*"|"(resTime|finishTime)":\d+/g, ''),
  code: (text) => ({ code: JSON.parse(text).code, dataCode: JSON.parse(text).data?.code }),
};

function withoutTrace(text: string): string {
  return text.replace(/"(traceId|timestamp)":"[^"]*"/g, '');
}

/** Sends the recorded bytes at the recorded second to a sandbox whose orders stand as they stood. */
export function openReplay() {
  const bench = openBench(daxpayC);
  const replayed = new Set<string>();

  function send(name: string, fault?: BusinessFault) {
    const { path, method, requestBody } = recorded(name);
    const type = name === 'text/plain' ? 'text/plain' : 'application/json';
    replayed.add(name);
    return bench.raw(request(path, requestBody ?? '', method, type), fault);
  }

  async function plays(name: string, likeness: Likeness = 'exact', fault?: BusinessFault) {
    const second = secondOf(name);
    if (second !== undefined) bench.setTime(second * 1000);
    const said = await send(name, fault);
    like(name, said.text, likeness);
    expect(said.status, name).toBe(recorded(name).httpStatus);
    return said;
  }

  function like(name: string, text: string, likeness: Likeness) {
    expect(likenesses[likeness](text), name).toEqual(likenesses[likeness](recorded(name).responseBody));
  }

  return {
    ...bench,
    replayed,
    send,
    plays,
    like,
    async all(names: readonly string[]) {
      for (const name of names) await plays(name);
    },
    /** `at`: the second in which it was created, the recording's first digits left out. */
    order(orderNo: string, at: number, seed: Omit<Parameters<typeof bench.seed>[0], 'orderId'> & { orderId?: string }) {
      bench.setTime((at > 1e9 ? at : 1_795_217_000 + at) * 1000);
      const flags = { orderNo, channelLatencyMs: 0, databaseMs: 0, ...seed.flags };
      bench.seed({ amount: 10, orderId: `biz ${orderNo}`, ...seed, flags });
    },
  };
}

export type Replay = ReturnType<typeof openReplay>;

/** An order number of the recording, by what follows its day. */
export const no = (rest: string): string => `DEVP261121${rest}`;

/** When the answer was written, as far as it says so; an answer of the global handler does not. */
function secondOf(name: string): number | undefined {
  const { responseBody, requestBody, responseSignString } = recorded(name);
  if (responseSignString !== null) return JSON.parse(responseBody).data.resTime;
  const found = /"reqTime":(\d{10})\D/.exec(requestBody ?? '');
  return found === null || /request time|expired/.test(name) ? undefined : Number(found[1]);
}
