/** What the Web UI shows about a reversal, in Markdown: what happened, what comes next, and what a person can do. */
import type { Step } from '../reversal/decide.ts';
import { type Settlement, STUCK_REASONS } from '../reversal/outcome.ts';
import type { Reversal } from '../reversal/reversal.ts';
import { ADVICE } from './advice.ts';

const WAITS: Readonly<Record<Extract<Step, { kind: 'wait' }>['why'], string>> = {
  'not-due': 'not due yet',
  poll: 'the payment may still be made, or the gateway is busy with it',
  'after-act': 'the gateway needs a moment before a look tells anything',
  confirm: 'the gateway said that it is done; a look has to confirm it',
  pace: 'the same call is made again after a pause',
  'minimum-age': 'the payment is too young to be cancelled',
  'lost-act': 'a call whose answer was lost may still be executed',
  watch: 'nothing was found; a late payment would be reversed',
  'refund-query': 'the refund can be asked about shortly',
  held: 'an operator holds it: nothing is sent',
};

const time = (instant: number) => new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');
const money = (r: Reversal) => `${(r.request.amount / 100).toFixed(2)} ${r.request.currency}`;

function next(step: Step): string {
  switch (step.kind) {
    case 'park':
      return stuck(step);
    case 'wait':
      return `Waits until ${time(step.until)}: ${WAITS[step.why]}.`;
    case 'settle':
      return step.outcome.kind === 'final' ? final(step.outcome) : 'Stopped on request, without a conclusion.';
    default:
      return '';
  }
}

const BROUGHT_ABOUT: Readonly<Record<Settlement['by'], string>> = {
  us: 'Unwind',
  gateway: 'the gateway',
  payer: 'the payer',
  operator: 'an operator',
};

function final({ action, by, proof, contradiction }: Settlement): string {
  const how =
    proof.of === 'operator'
      ? `Decided by an operator: \`${proof.kind}\`.`
      : `Brought about by ${BROUGHT_ABOUT[by]}. Proved by the look at the ${proof.of} of ${time(proof.askedAt)}, ` +
        `which showed \`${proof.kind}\`.`;
  const doubt = contradiction
    ? " The gateway's answer and its looks contradict each other: worth a question to it."
    : '';
  return `### Final action: \`${action}\`\n\n${how}${doubt}`;
}

function stuck({ reason, until }: Extract<Step, { kind: 'park' }>): string {
  return [
    `### Stuck: \`${reason}\``,
    STUCK_REASONS[reason],
    '',
    `**What to do:** ${ADVICE[reason]} It looks again by itself at ${time(until)}.`,
  ].join('\n');
}

/** How to send what the advice names. */
const MESSAGES = [
  '**To send a message:** *More Actions*, *Send an Update*. `resubmit` tries again now:',
  '',
  '```json',
  '{ "operator": "your name", "reason": "why" }',
  '```',
  '',
  '`resolve` records what you found out and settled elsewhere (`kept`, `closed`, `refunded`, `nothing_to_reverse`):',
  '',
  '```json',
  '{',
  '  "operator": "your name",',
  '  "reason": "what you found",',
  '  "action": "refunded"',
  '}',
  '```',
  '',
  '[All that are stuck](/namespaces/{namespace}/workflows?query=ReversalStatus%3D%22stuck%22' +
    '&savedQuery=Stuck%20reversals)',
].join('\n');

/** The newest acts are enough: the journal has them all. */
const ACTS_SHOWN = 8;
const PAID = new Set(['paid', 'partlyRefunded']);

/**
 * Current details of a reversal before `step`. No secret and nothing personal is in a case. The UI keeps every line
 * break and clips long lines of code; a list needs a blank line before it, and tables have no spacing. The text
 * travels in a URL, so it stays short.
 */
export function detailsOf(r: Reversal, step: Step): string {
  const { orderId, reason, ifPaid } = r.request;
  const acts = r.acts
    .slice(-ACTS_SHOWN)
    .map(
      (act) =>
        `- ${time(act.sentAt)} \`${act.verb}\`: ${act.answer === undefined ? 'no answer' : describe(act.answer)}`,
    );
  const before = r.acts.length > ACTS_SHOWN ? `, ${r.acts.length} in all, the last ${ACTS_SHOWN}` : '';
  const seenPaid = r.sawPaid && r.look !== undefined && !PAID.has(r.look.view.kind) ? ' (was seen paid before)' : '';
  return [
    next(step),
    '',
    `- **Order** \`${orderId}\` of ${money(r)}, reason \`${reason}\`, if paid \`${ifPaid}\``,
    r.look === undefined
      ? '- No look yet'
      : `- **Last look** ${time(r.look.seenAt)}: \`${r.look.view.kind}\`${seenPaid}`,
    ...(r.latePayment ? ['- **Late payment**: it was paid after nothing was found'] : []),
    ...(acts.length === 0 ? ['- Nothing was sent'] : ['', `**Sent**${before}:`, '', ...acts]),
    ...(step.kind === 'park' ? ['', MESSAGES] : []),
  ].join('\n');
}

function describe(answer: NonNullable<Reversal['acts'][number]['answer']>): string {
  switch (answer.kind) {
    case 'done':
      return `done (${answer.effect})`;
    case 'refused':
    case 'rejected':
      return `${answer.kind} (${answer.code})`;
    case 'unknown':
      return `unknown (${answer.why})`;
    default:
      return answer.kind;
  }
}
