/** Sets every answer of the load run against how each order ended, and that against the sandbox's money. */
import { tallied } from '../../bench/fleet/tallied.ts';
import { FINAL_ACTIONS } from '../../src/reversal/outcome.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { agrees, blindActs } from '../../src/stand/agreement.ts';
import type { Played } from './caller.ts';

/** How an order stands in the end, as the API tells it. */
export interface End {
  readonly status: string;
  readonly finalAction?: string | undefined;
}

/** What is wrong with an order, in words; nothing, when every answer was right. */
export function wrongWith({ orderId, story, answers }: Played, end: End, sandbox: Sandbox): string[] {
  const wrong: string[] = [];
  const truth = sandbox.truth('alipay', orderId) ?? { amount: 0, taken: 0, returned: 0, payable: false };
  if (story.wrongAmount) {
    if (end.status !== 'stuck') wrong.push(`should be stuck, is ${end.status}`);
    // Whichever comes second; the run may be over before it is sent.
    const codes = answers.filter(({ kind, code }) => kind !== 'get' && code < 500).map(({ code }) => code);
    const expected = codes.length === 1 ? '202' : '202 409';
    if (codes.sort().join(' ') !== expected) wrong.push(`two amounts were answered with ${codes.join(' ')}`);
  } else {
    const action = FINAL_ACTIONS.find((one) => one === end.finalAction);
    if (action === undefined) wrong.push(`has no end: ${end.status}`);
    else if (!agrees(action, truth)) wrong.push(`${action}, and the money is ${JSON.stringify(truth)}`);
  }
  for (const { kind, code, told } of answers) {
    if (!story.wrongAmount && code >= 400 && code < 500) wrong.push(`${kind} was answered with ${code}`);
    const { verdict } = told;
    if (kind === 'post' && code < 300 && (verdict === undefined) !== (code === 202))
      wrong.push(`${code} with ${verdict}`);
    if (verdict === undefined) continue;
    if (story.allowed[verdict]?.includes(end.finalAction ?? '')) continue;
    wrong.push(`was told ${verdict}, and it ended as ${end.finalAction}`);
  }
  return wrong;
}

const share = (sorted: readonly number[], part: number) => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;

export function figuresOf(played: readonly Played[], sandbox: Sandbox, seconds: number) {
  const answers = played.flatMap((one) => one.answers);
  const posts = answers.filter(({ kind }) => kind === 'post');
  const ms = posts.map((one) => one.ms).sort((a, b) => a - b);
  const acts = sandbox.log({ system: 'alipay' }).filter(({ operation }) => ['cancel', 'refund'].includes(operation));
  return {
    seconds: Math.round(seconds),
    orders: played.length,
    requests: answers.length,
    requestsPerSecond: Math.round(answers.length / seconds),
    answers: tallied(answers.map(({ kind, code, told }) => `${kind} ${code}${code >= 400 ? ` ${told.type}` : ''}`)),
    verdicts: tallied(answers.map(({ told }) => told.verdict ?? 'none')),
    msOfPosts: { p50: share(ms, 0.5), p95: share(ms, 0.95), p99: share(ms, 0.99), max: share(ms, 1) },
    acts: acts.length,
    blindActs: blindActs(sandbox.log({ system: 'alipay' })).length,
  };
}
