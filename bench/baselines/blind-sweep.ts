/**
 * The sweep that many shops run over their overdue orders: at the deadline one cancel or close without a look, and its
 * answer is believed. Nobody's official code; what the answer claims is taken as the final action. Without an answer the
 * order is still there at the next sweeps, three more times; then, and after a refusal, it is left to people.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Verb } from '../../src/reversal/answer.ts';
import type { FinalAction } from '../../src/reversal/outcome.ts';
import { act, type Baseline, type Case, wordsOf } from './case.ts';

type SweepVerb = Exclude<Verb, 'refund' | 'revoke' | 'sync'>;

/**
 * The gentlest verb that the gateway's documents offer: `close` where it is enough, since it never moves money. Alipay
 * asks for cancel when a payment's result is unknown; Shouqianba has nothing else.
 */
const VERBS: Readonly<Record<string, Readonly<Record<Case['request']['reason'], SweepVerb>>>> = {
  alipay: { ambiguous: 'cancel', timeout: 'close', void: 'cancel' },
  shouqianba: { ambiguous: 'cancel', timeout: 'cancel', void: 'cancel' },
  daxpay: { ambiguous: 'close', timeout: 'close', void: 'cancel' },
};

const MORE_SWEEPS = 3;
const NEXT_TIME = new Set(['unknown', 'notSent', 'again', 'running']);

const CLAIMS: Readonly<Record<Extract<Answer, { kind: 'done' }>['effect'], FinalAction>> = {
  closed: 'closed',
  refunded: 'refunded',
  nothingFound: 'nothing_to_reverse',
  unspecified: 'reversed',
};

export const blindSweep =
  (provider: string): Baseline =>
  async (of) => {
    const verb = VERBS[provider]?.[of.request.reason];
    if (verb === undefined) throw new Error(`no sweep for ${provider}`);
    await sleep(Math.max(0, of.deadline - Date.now()));
    for (let sweep = 0; ; sweep += 1) {
      const answer = await act(of, verb);
      const because = `${verb} ${wordsOf(answer)}`;
      if (answer.kind === 'done') return { action: CLAIMS[answer.effect], because };
      if (answer.kind === 'refused' && answer.why === 'absent') return { action: 'nothing_to_reverse', because };
      if (!NEXT_TIME.has(answer.kind) || sweep === MORE_SWEEPS) return { because };
      await sleep(of.pace.sweepEvery);
    }
  };
