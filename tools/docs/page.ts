/** One gateway's page: its decision tables in words, printed from its rules and its code tables. */
import type { Verb } from '../../src/reversal/answer.ts';
import { STUCK_REASONS } from '../../src/reversal/outcome.ts';
import { ANSWER_KEYS, type AnswerKey, REFUND_KEYS, VIEW_KEYS } from '../../src/reversal/rules.ts';
import { ADVICE } from '../../src/workflows/advice.ts';
import { duration } from './duration.ts';
import { endsTable } from './ends.ts';
import { guardList, timingTable } from './guards.ts';
import type { Words } from './legend/legend.ts';
import { markdownTable } from './markdown.ts';
import { playedGrid } from './played.ts';
import { stuckReasonsOf } from './stuck.ts';
import { AS_BEFORE, afterTables, beforeTable, labelled, legendTable, refundTable, type Subject } from './tables.ts';
import { ANSWERS, REFUNDS, VIEWS, verbs } from './words.ts';

function terms({ rules, undo }: Subject): string {
  const { verbs: lists } = rules;
  const permitted = (list: readonly Verb[]) => verbs(list);
  const voided =
    lists.paidVoid.join() === lists.paid.join()
      ? ''
      : `, and for a request with the reason \`void\` ${verbs(lists.paidVoid)}`;
  const without = Object.entries(rules.permits).flatMap(([verb, allowed]) =>
    allowed || !undo.concat('refund').includes(verb as Verb) ? [] : [`\`${verb}\``],
  );
  return [
    `- **Reverses the payment:** sends the first of these that the account, the window and earlier refusals allow: ` +
      `${permitted(lists.paid)}${voided}. Where none of them is allowed and the cell says nothing else, people are asked: ` +
      '`window-over` where a window is over, else `not-allowed`.',
    ...(lists.unpaid.length > 1
      ? [`- **Ends the order:** likewise with ${permitted(lists.unpaid)}, for an order that nobody has paid.`]
      : []),
    ...(without.length > 0 ? [`- Not allowed unless the account's configuration says so: ${without.join(', ')}.`] : []),
    `- **Waits out the patience:** looks every ${duration(rules.timing.pollEvery)} until ` +
      `${duration(rules.timing.patience)} after the payment was sent. For \`void\`, and for a \`timeout\` that is due, ` +
      'the patience is over at once. Looks that failed get as long again, counted from the first of them.',
    '- **Watches:** looks at the watch times; when the order is still missing at the end (the last watch time, the ' +
      'end of the quiet period and the end of the order or code, whichever is last), it concludes. A payment that ' +
      'shows up meanwhile is reversed and marked as late once `not_paid` was told or a cancel, revoke or refund was ' +
      'sent; before that the request decides, so with `ifPaid: keep` it is kept.',
    '- **Keeps looking:** with growing pauses, and asks people when nothing has changed for ' +
      `${duration(rules.timing.backOff.giveUpAfter)}.`,
    '- **Else:** when the call before it may not be sent (again): the account, the window, an earlier refusal or the ' +
      'number of tries forbids it. Tries count from the start of the run, or from the last `resubmit`.',
    '- **Asks people:** the reversal is *stuck*: open, shown in the Web UI with its reason, and resumable.',
    '- **Concludes:** records a final action, see [Ends](#ends).',
  ].join('\n');
}

function stuckTable({ rules }: Subject): string {
  const rows = [...stuckReasonsOf(rules)].map((reason) => [`\`${reason}\``, STUCK_REASONS[reason], ADVICE[reason]]);
  return markdownTable(['Reason', 'What it means', 'What to do'], rows);
}

const doneAnchors = (keys: readonly AnswerKey[]) => keys.map((key) => `<a id="afterRefund.${key}.done"></a>`).join('');

/** The whole page. */
export function page(subject: Subject, command: string): string {
  const { title, rules, legend, undo, hasClose, intro } = subject;
  const first = undo[0] ?? 'cancel';
  const undoNames = undo.map((verb) => `\`${verb}\``).join(' or ');
  const answersOf = (words: Words<AnswerKey>) => ANSWER_KEYS.filter((key) => words.of(key).length > 0);
  const playedWords = first === 'close' ? legend.answers.close : legend.answers.cancel;
  const played = answersOf(playedWords).map((key) => [key, labelled(ANSWERS[key], playedWords, key)] as const);
  const shown = VIEW_KEYS.filter((key) => legend.views.of(key).length > 0);
  const sections = [
    `# ${title}: what Unwind does`,
    `<!-- Printed from the code by \`${command}\`. Do not edit. -->`,
    ...intro,
    'A reversal is: look at the order, decide by the tables below, send one call, look again, and so on, until a look ' +
      'proves an end. The tables are printed from the rules that run; the codes behind their words stand ' +
      '[at the end](#the-words-and-the-codes).',
    '## The terms',
    terms(subject),
    '## Before any call',
    'A payment **may be kept** when the request says `ifPaid: keep` (the default, except for `void`) and nothing was ' +
      'sent or told yet. Otherwise it **must not stay**.',
    beforeTable(subject),
    `## After ${undoNames}`,
    'By the answer to the call, and by what the look after it shows. An order that has ended is concluded whatever ' +
      'the answer was.',
    rules.afterClose === rules.afterUndo
      ? afterTables(subject, ['afterUndo', 'afterClose'], legend.answers.cancel.and(legend.answers.close))
      : afterTables(subject, ['afterUndo'], legend.answers.cancel),
    ...(hasClose
      ? [
          '## After `close`',
          `"${AS_BEFORE}" points to the first table: a close moves no money, so a payment that may ` +
            'be kept still may.',
          afterTables(subject, ['afterClose'], legend.answers.close),
        ]
      : []),
    '## After `refund`',
    `${doneAnchors(answersOf(legend.answers.refund))}By the answer, and by what the query of the refund itself shows. ` +
      '`done` there concludes `refunded`; a look at the ' +
      'order that shows its end does as well. No refund is sent again while the look at the order fails.',
    refundTable(subject),
    '## What is added to every cell',
    'A reversal and its webhooks name the rule that decided, such as `before.reverse.paid`: an anchor on this page. Before ' +
      'and behind every cell of the tables these are asked, in this order:',
    guardList(rules),
    '## Timings',
    timingTable(rules),
    '## Ends',
    'The final action that is recorded, and the look that proves it: by what the last look shows, what was seen ' +
      `before, and what \`${first}\` answered. Found by running the decision. \`kept\` needs a look that shows the ` +
      'payment; `manual` is what a person decided.',
    endsTable(rules, first, shown, answersOf(playedWords)),
    '## Played',
    `What the decision really does after \`${first}\` of a barcode payment that must not stay, a minute after it was ` +
      'sent. Found by running it, on a clock of its own, until something is sent, people are asked or it ends.',
    playedGrid(rules, first, played),
    '## Stuck reasons',
    'With what to check and to press: [the runbook](../runbook.md).',
    stuckTable(subject),
    '## The words and the codes',
    legendTable('A look shows', VIEW_KEYS, VIEWS, legend.views),
    ...(undo.includes('cancel') || undo.includes('revoke')
      ? [
          legendTable(
            `Answer to ${undo
              .filter((verb) => verb !== 'close')
              .map((verb) => `\`${verb}\``)
              .join(' or ')}`,
            ANSWER_KEYS,
            ANSWERS,
            legend.answers.cancel,
          ),
        ]
      : []),
    ...(hasClose ? [legendTable('Answer to `close`', ANSWER_KEYS, ANSWERS, legend.answers.close)] : []),
    legendTable('Answer to `refund`', ANSWER_KEYS, ANSWERS, legend.answers.refund),
    legendTable('The query of the refund shows', REFUND_KEYS, REFUNDS, legend.refunds),
    legend.notes.map((note) => `- ${note}`).join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}
