/** A cell of a gateway's tables as a short sentence. The terms it uses are explained at the top of the page. */
import type { Move, Rules } from '../../src/reversal/rules.ts';
import { duration } from './duration.ts';
import { verbs } from './words.ts';

type Send = Extract<Move, { do: 'send' }>;
type Look = Extract<Move, { do: 'look' }>;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What the cell says, as one sentence with a full stop. */
export function sentence(move: Move, rules: Rules): string {
  return `${capital(clause(move, rules))}.`;
}

function clause(move: Move, rules: Rules): string {
  switch (move.do) {
    case 'settle':
      return 'concludes';
    case 'keep':
      return 'concludes `kept`';
    case 'watch':
      return rules.timing.watch.length === 0 && rules.timing.quiet === 0 ? 'concludes' : 'watches';
    case 'ask':
      return `asks people: \`${move.reason}\``;
    case 'look':
      return looking(move, rules);
    case 'send':
      return sending(move, rules);
  }
}

function looking(move: Look, rules: Rules): string {
  if (move.for === 'ever') return 'keeps looking';
  const then = move.next === undefined ? '' : `, then ${clause(move.next, rules)}`;
  if (move.for === 'patience') return `waits out the patience${then}`;
  return `looks for ${duration(move.for)}${then}`;
}

function sending(move: Send, rules: Rules): string {
  const tries = move.tries === undefined ? '' : move.tries === 1 ? ' (once)' : ` (at most ${move.tries} times)`;
  const otherwise = move.else === undefined ? '' : `; else ${clause(move.else, rules)}`;
  return `${what(move, rules)}${tries}${otherwise}`;
}

function what({ verbs: list }: Send, rules: Rules): string {
  if (list === 'same') return 'repeats the call';
  if (list === 'paid') return 'reverses the payment';
  if (list === 'unpaid')
    return rules.verbs.unpaid.length === 1 ? `sends ${verbs(rules.verbs.unpaid)}` : 'ends the order';
  return `sends ${verbs(list)}`;
}
