/** What the Web UI shows about a reversal, in Markdown: what happened, what comes next, and what a person can do. */
import { OPERATIONS_QUEUE } from '../protocol/start.ts';
import type { Step } from '../reversal/decide.ts';
import { moneyOf } from '../reversal/money.ts';
import { type OrderView, whyNothing } from '../reversal/order-view.ts';
import { type Settlement, STUCK_REASONS, type StuckReason } from '../reversal/outcome.ts';
import type { OrderKey } from '../reversal/request.ts';
import { ruleOf } from '../reversal/rule.ts';
import type { Reversal } from '../reversal/state.ts';
import { ADVICE } from './advice.ts';
import { storyOf, timeOf } from './story.ts';

export const WAITS: Readonly<Record<Extract<Step, { kind: 'wait' }>['why'], string>> = {
  'not-due': 'not due yet',
  poll: 'the payment may still be made, or the gateway is busy with it',
  'after-act': 'the gateway needs a moment before a look tells anything',
  confirm: 'the gateway said that it is done; a look has to confirm it',
  pace: 'the same call is made again after a pause',
  'minimum-age': 'the payment is too young to be cancelled',
  'lost-act': 'a call whose answer was lost may still be executed',
  watch:
    'nothing was found yet; a payment that shows up is kept or reversed as the request says, and always reversed once ' +
    '"not paid" was told',
  'refund-query': 'the refund can be asked about shortly',
  held: 'an operator holds it: nothing is sent',
};

/** By the name under which it is printed in `docs/decisions`. */
function rule({ rules }: Reversal, step: Step): string {
  const name = ruleOf(rules, step);
  return name === undefined ? '' : ` Rule \`${name}\`.`;
}

const money = (r: Reversal) => moneyOf(r.request.amount, r.request.currency);

function next(r: Reversal, step: Step, runbook: string | undefined): string {
  switch (step.kind) {
    case 'park':
      return `${stuck(step, runbook)}${rule(r, step)}`;
    case 'wait':
      return `Waits until ${timeOf(step.until)}: ${WAITS[step.why]}.${rule(r, step)}`;
    case 'look':
      return step.every === undefined ? '' : unreachable(step.every, r);
    case 'settle':
      return step.outcome.kind === 'final'
        ? `${final(step.outcome)}${rule(r, step)}`
        : 'Stopped on request, without a conclusion.';
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

function final({ action, by, proof, contradiction, partlyRefunded }: Settlement): string {
  const how =
    proof.of === 'operator'
      ? `Decided by an operator: \`${proof.kind}\`.`
      : `Brought about by ${BROUGHT_ABOUT[by]}. Proved by the look at the ${proof.of} of ${timeOf(proof.askedAt)}, ` +
        `which showed \`${proof.kind}\`.`;
  const doubt = contradiction
    ? " The gateway's answer and its looks contradict each other: worth a question to it."
    : '';
  const part = partlyRefunded ? ' Somebody had refunded a part of the payment already; the rest stays.' : '';
  return `### Final action: \`${action}\`\n\n${how}${part}${doubt}`;
}

/** The last failure of a look that the server repeats stands among the pending activities: no workflow hears of it. */
function causeOf(view: OrderView | undefined): string {
  const cause = view && whyNothing(view);
  return cause === undefined ? '; *Pending Activities* has the cause' : ` (\`${cause.replaceAll('`', "'")}\`)`;
}

/** Nobody is asked: it goes on by itself when the gateway answers again. */
const unreachable = (every: number, { look }: Reversal) =>
  `### Unreachable\n\nNo look at the order tells anything at present${causeOf(look?.view)}. It is tried again every ` +
  `${Math.max(1, Math.round(every / 1000))} s, and goes on by itself when the gateway answers.`;

/** What people read while no worker that was asked knows the account. */
export const unservedDetails = ({ provider, account, orderId }: OrderKey) =>
  [
    `### No worker knows the account \`${account}\` at \`${provider}\``,
    '',
    'Nothing is looked at and nothing is sent until one does. It goes on by itself as soon as a worker that takes the ' +
      `tasks of this gateway has the account in its configuration.`,
    '',
    '**What to do:** add the account to the configuration of the workers, and start them again. If the name of the ' +
      'account is wrong, request the cancellation of this workflow and start the reversal with the right one.',
    '',
    `- **Order** \`${orderId}\``,
  ].join('\n');

function stuck({ reason, until }: Extract<Step, { kind: 'park' }>, runbook: string | undefined): string {
  const section =
    runbook === undefined ? `Runbook: section \`${reason}\`.` : `[Runbook: ${reason}](${runbook}#${reason})`;
  return [
    `### Stuck: \`${reason}\``,
    STUCK_REASONS[reason],
    `**What to do:** ${ADVICE[reason]} By itself it looks again at ${timeOf(until)}. ${section}`,
  ].join('\n');
}

const block = (input: object) => ['```json', JSON.stringify(input, null, 2), '```'].join('\n');

/** How to send what the advice names. */
const MESSAGES = [
  '**To try again now:** *More Actions*, *Send an Update*, `resubmit`. The box may stay empty; better say who and why:',
  block({ operator: 'your name', reason: 'why' }),
  '**To settle it yourself:** the update `resolve`. It looks first, and refuses what the gateway contradicts:',
  block({ operator: 'your name', finalAction: 'refunded', evidence: 'what you found' }),
  '`finalAction` is `kept`, `closed`, `refunded` or `nothing_to_reverse`.',
].join('\n\n');

function listLink(text: string, query: string): string {
  const list = `/namespaces/{namespace}/workflows?query=${encodeURIComponent(query)}`;
  return `[${text}](${list}&savedQuery=${encodeURIComponent(text)})`;
}

/** The form that resubmits all that are stuck for the same reason. Its id lets only one such batch run at a time. */
function many({ account }: Reversal['request'], reason: StuckReason): string {
  const form = '/namespaces/{namespace}/workflows/start-workflow?workflowType=resubmitStuckReversals';
  const link = `[Resubmit many](${form}&taskQueue=${OPERATIONS_QUEUE}&workflowId=resubmit-${reason})`;
  return [
    `**To try again with every \`${reason}\` of this account:** ${link}. It only counts; without \`dryRun\` it sends:`,
    block({ stuckReason: reason, account, operator: 'your name', reason: 'why', dryRun: true }),
  ].join('\n\n');
}

/** The same case elsewhere. */
function links({ account }: Reversal['request'], reason: StuckReason): string {
  const stuck = 'ReversalStatus="stuck" AND ExecutionStatus="Running"';
  const alike = `${stuck} AND ReversalStuckReason="${reason}"`;
  return [
    listLink('Stuck reversals', stuck),
    listLink(`Stuck: ${reason}`, alike),
    listLink(`Stuck: ${reason}, ${account}`, `${alike} AND ReversalAccount="${account}"`),
  ].join(' · ');
}

const PAID = new Set(['paid', 'partlyRefunded']);

/**
 * Current details of a reversal before `step`. No secret and nothing personal is in a case. The UI keeps every line
 * break and clips long lines of code; a list needs a blank line before it, and tables have no spacing. The text
 * travels in a URL, so it stays short.
 *
 * @param runbook the address of the runbook; its sections are named after the reasons
 */
export function detailsOf(r: Reversal, step: Step, runbook?: string): string {
  const { provider, account, orderId, reason, ifPaid } = r.request;
  const seenPaid = r.sawPaid && r.look !== undefined && !PAID.has(r.look.view.kind) ? ' (was seen paid before)' : '';
  const story = storyOf(r);
  return [
    next(r, step, runbook),
    '',
    `- **Order** \`${orderId}\` of ${money(r)}`,
    `- **Account** \`${account}\` at \`${provider}\``,
    `- **Asked** \`${reason}\`, if paid \`${ifPaid}\``,
    ...(r.gatewayId === undefined ? [] : [`- **Number at the gateway** \`${r.gatewayId}\``]),
    r.look === undefined
      ? '- No look yet'
      : `- **Last look** ${timeOf(r.look.seenAt)}: \`${r.look.view.kind}\`${seenPaid}`,
    ...(r.held ? ['- **Held** by an operator: nothing is sent until `release`'] : []),
    ...(r.latePayment ? ['- **Late payment**: it was paid after nothing was found'] : []),
    ...(r.acts.length === 0 ? ['- Nothing was sent'] : []),
    ...(story.length === 0 ? [] : ['', '**What happened** (UTC):', '', ...story]),
    ...(step.kind === 'park'
      ? ['', MESSAGES, '', many(r.request, step.reason), '', links(r.request, step.reason)]
      : []),
  ].join('\n');
}
