/** What `decide` adds to every cell of the tables, with this gateway's own figures. */
import type { Rules } from '../../src/reversal/rules.ts';
import { clock, duration, durations, listed } from './duration.ts';
import { markdownTable } from './markdown.ts';
import { verbs } from './words.ts';

function windowOf(rules: Rules): string {
  const entries = Object.entries(rules.windows).map(([verb, window]) =>
    window.kind === 'age'
      ? `\`${verb}\` until ${duration(window.max)} after the order began`
      : `\`${verb}\` of a paid order on its calendar day (UTC+${window.utcOffsetHours}), until ${clock(window.untilMinute)}`,
  );
  return entries.length === 0 ? 'none' : entries.join('; ');
}

/** A row, unless the rules have no such time. */
function when(ms: number, what: string, then: string): (readonly [string, string])[] {
  return ms === 0 ? [] : [[what, `${duration(ms)} ${then}`]];
}

/** The figures, as a table. */
export function timingTable(rules: Rules): string {
  const { timing } = rules;
  const { backOff } = timing;
  const rows: (readonly [string, string])[] = [
    ['An order that may still be paid is looked at', `every ${duration(timing.pollEvery)}`],
    ['The patience', `${duration(timing.patience)} after the payment was sent`],
    ...when(timing.minimumAge, 'No call earlier than', 'after the payment was sent'),
    ['Windows', windowOf(rules)],
    ...when(timing.quiet, 'The quiet period: a missing order proves nothing until', 'after the payment was sent'),
    ['A QR code without `expiresAt` is taken to live for', duration(timing.codeLife)],
    ['Looks of a watch', timing.watch.length === 0 ? 'at its end' : `${durations(timing.watch)} after the last call`],
    ['A success that the look does not show is a delay for', duration(timing.confirmWithin)],
    ['A call whose answer was lost may still run for', duration(timing.actHorizon)],
    ['First look at a refund', `${duration(timing.refundLookAfter)} after it was sent`],
    ['Deadline of a look, of a call', `${duration(timing.lookTimeout)}, ${duration(timing.actTimeout)}`],
    [
      'Repeats of a call',
      `after about ${duration(backOff.first)}, then ${backOff.factor} times as long each, at most ` +
        `${duration(backOff.max)}; ${duration(backOff.fastFor)} after the last change every ${duration(backOff.slowEvery)}`,
    ],
    ['People are asked (`gave-up`, `unreachable`)', `${duration(backOff.giveUpAfter)} after the last change`],
    [
      'A stuck reversal looks by itself',
      `every ${duration(timing.selfCheck)}; \`no-funds\` and \`configuration\` every ${duration(backOff.slowEvery)}`,
    ],
  ];
  return markdownTable(['What', 'When'], rows);
}

/** Every guard that stands before a cell or behind it, numbered in the order in which they are asked. */
export function guardList(rules: Rules): string {
  const { timing, sync, cautiousCancel } = rules;
  const lines = [
    '**Look after every call.** Whatever the answer was, the next step is a look. No answer is repeated blindly.',
    '**Another order or amount.** An answer about another order counts as no answer, the third in a row and any other ' +
      'amount or currency ask people (`mismatch`).',
    '**A scheduled closure** (`timeout` with a later `expiresAt`) sends nothing before it is due, unless the order is ' +
      'paid or has ended.',
    ...(sync === undefined
      ? []
      : [
          '**Sync first.** An order whose row in the first table begins with "Syncs" is synced with the payment channel, up ' +
            `to ${sync.tries} times with ${duration(sync.repeatAfter)} between them while channel and order disagree; every ` +
            `sync is followed by a look. Without a sync that succeeded only ${verbs(sync.withoutSync)} may be sent to it.`,
          '**Channel against order.** When the last sync saw money at the channel that the order does not show, nothing is ' +
            'concluded: people are asked (`contradiction`).',
        ]),
    ...(sync?.inWatch ? [`<a id="sync.watch"></a>${SYNC_IN_WATCH}`] : []),
    '**No way back.** Once a cancel, revoke or refund was sent, or somebody was told anything but `kept`, in this run ' +
      'or an earlier one, a payment that shows up is reversed whatever the request says. A close does not count.',
    `**Delay of a success.** After a success a look that shows the old state is a lagging copy for ` +
      `${duration(timing.confirmWithin)}: nothing is sent again, nobody is asked and no person may decide \`kept\` on it. ` +
      'The tables apply after that.',
    '**Refusals stay.** A call that was refused as too late or not allowed, or that the gateway asked not to repeat, is ' +
      'not tried again for this order until a person resubmits.',
    ...(cautiousCancel === undefined ? [] : [cautious(cautiousCancel)]),
    ...(sync === undefined
      ? []
      : ['**Split money.** A payment that was already split among receivers is not refunded automatically.']),
    '**Hold.** While an operator holds the reversal nothing is sent; looks, watch and records go on.',
    `**Lost calls.** A call whose answer was lost may still be executed for ${duration(timing.actHorizon)} ` +
      'after the last instant at which it can have left us: the answer that was lost, or giving up on it. Until then, ' +
      'and on a look that was asked for before then, no payment is kept, no other call is sent, and no person may ' +
      'decide `kept`, `closed` or `nothing_to_reverse`. What is sent after that waits up to a fifth longer, each order ' +
      'in its own way, so that calls lost together do not come back together.' +
      (rules.repeatable.length === 0
        ? ' No call is repeated before that either.'
        : ` Only ${listed(rules.repeatable.map((verb) => `\`${verb}\``))} may be repeated meanwhile: the gateway ` +
          'executes a repeat no second time.'),
    ...(rules.repeatable.includes('refund')
      ? ['**One refund.** A refund is for the whole amount and keeps its number on every repeat.']
      : []),
    ...(rules.refundSync === undefined ? [] : [`<a id="syncRefund.running"></a>${REFUND_SYNC}`]),
    '**Memory.** Without the ledger, which remembers what earlier runs did, nothing is sent and nothing is concluded.',
    `**Fresh look.** A call that changes something is sent at most ${duration(timing.freshness)} after the look before ` +
      `it was asked for, and at most ${duration(timing.gap)} after it came back. This is asked once more right before ` +
      'the call leaves. Where the queue, the ledger or the connection took longer, Unwind looks again, and makes the ' +
      'call only when the order still looks as it did.',
    `**Fresh end.** A final action rests on a look that came back at most ${duration(timing.gap)} ago. A time that runs ` +
      'out (the patience, a span of looking) ends with one more look, not with what was seen before its end.',
    '**"Not paid" is told** during a watch when the same look would be concluded so: the ledger was read, the quiet ' +
      'period and every lost call are over, and the first watch time has passed, unless the gateway itself answered ' +
      'that there was nothing to cancel. While a payment would be kept, it is told only after the last instant at ' +
      'which the order can be paid.',
  ];
  return lines.map((line, at) => `${at + 1}. ${line}`).join('\n');
}

const SYNC_IN_WATCH =
  '**Sync in the watch.** Only a sync can show a late payment of a closed order: each watch time is a sync.';
const REFUND_SYNC =
  '**Sync of a refund.** A refund that stays in progress is brought in line with the payment channel by a sync of the ' +
  'refund, which is followed by a look. It moves no money.';

function cautious(support: NonNullable<Rules['cautiousCancel']>): string {
  const channels = Object.entries(support).map(([channel, support]) =>
    support === 'barcode' ? `\`${channel}\` for a barcode payment only` : `not for \`${channel}\``,
  );
  return (
    '**Cautious cancel.** `cancel` is sent only for a barcode payment of unknown result, or when the payment must not ' +
    `stay by the request (\`ifPaid: reverse\`); by channel: ${listed(channels)}. Else \`close\`.`
  );
}
