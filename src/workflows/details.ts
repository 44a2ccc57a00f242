/** What the Web UI shows about a reversal, in Markdown: what happened, what comes next, and what a person can do. */
import type { Step } from '../reversal/decide.ts';
import { STUCK_REASONS } from '../reversal/outcome.ts';
import type { Reversal } from '../reversal/reversal.ts';

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
      return [
        `### Stuck: \`${step.reason}\``,
        STUCK_REASONS[step.reason],
        '',
        `It looks again by itself at ${time(step.until)}. To try again now, send the update \`resubmit\`; when you have`,
        'found out and settled the truth elsewhere, send `resolve`:',
        '',
        '```json',
        '{ "operator": "your name", "reason": "what you found", "action": "refunded" }',
        '```',
        '',
        '[All that are stuck](/namespaces/{namespace}/workflows?query=ReversalStatus%3D%22stuck%22' +
          '&savedQuery=Stuck%20reversals)',
      ].join('\n');
    case 'wait':
      return `Waits until ${time(step.until)}: ${WAITS[step.why]}.`;
    case 'settle':
      return step.outcome.kind === 'final'
        ? `### Final action: \`${step.outcome.action}\`\n\nBrought about by ${step.outcome.by}; ` +
            `proved by the look at the ${step.outcome.proof.of} of ${time(step.outcome.proof.askedAt)} ` +
            `(\`${step.outcome.proof.kind}\`).`
        : 'Stopped on request, without a conclusion.';
    default:
      return '';
  }
}

/** Current details of a reversal before `step`. No secret and nothing personal is in a case. */
export function detailsOf(r: Reversal, step: Step): string {
  const acts = r.acts.map(
    (act) => `- ${time(act.sentAt)} ${act.verb}: ${act.answer === undefined ? 'no answer' : describe(act.answer)}`,
  );
  return [
    next(step),
    '',
    `**Order** \`${r.request.orderId}\` of ${money(r)}, reason \`${r.request.reason}\`, if paid \`${r.request.ifPaid}\``,
    r.look === undefined
      ? 'No look yet.'
      : `**Last look** ${time(r.look.seenAt)}: \`${r.look.view.kind}\`${r.sawPaid ? ' (was seen paid)' : ''}`,
    ...(acts.length === 0 ? ['Nothing was sent.'] : ['**Sent**', ...acts]),
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
