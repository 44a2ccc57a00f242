/** What happened to an order, line by line, from what the case itself holds; the journal has more. */
import type { Evidence } from '../reversal/order-view.ts';
import type { Act, Reversal } from '../reversal/reversal.ts';

/** As many as a person reads; older ones are in the journal. */
const LINES = 12;
const MAX_EVIDENCE = 120;

/** As code: a narrow page would break it in two. */
export const timeOf = (instant: number) => `\`${new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z')}\``;

interface Line {
  readonly at: number;
  readonly text: string;
}

/** Codes and trace ids for the gateway's support. That a signature was verified is the usual case. */
function facts(evidence: Evidence | undefined): string {
  const told = Object.entries(evidence ?? {}).filter(([name, value]) => name !== 'signature' || value !== 'verified');
  const text = told.map(([name, value]) => `${name} ${value}`).join(', ');
  // Backticks and angle brackets of a gateway's message must not become Markdown.
  const plain = text.replace(/[`<>[\]]/g, ' ');
  return plain === '' ? '' : ` (${plain.length > MAX_EVIDENCE ? `${plain.slice(0, MAX_EVIDENCE)}…` : plain})`;
}

function answerOf({ answer }: Act): string {
  if (answer === undefined) return 'no answer';
  switch (answer.kind) {
    case 'done':
      return `done, ${answer.effect}`;
    case 'again':
      return 'to be repeated';
    case 'refused':
    case 'rejected':
      return `${answer.kind}, ${answer.why} ${answer.code}`;
    case 'unknown':
      return `unknown, ${answer.why}`;
    case 'notSent':
      return `not sent, ${answer.why}`;
    default:
      return answer.kind;
  }
}

const quoted = (text: string) => text.replace(/[`<>[\]]/g, ' ');

/** Looks that showed something new, calls with their answers, and what people did, the oldest of the last first. */
export function storyOf(r: Reversal): readonly string[] {
  const lines: Line[] = [
    ...r.sights.map(({ view, seenAt }) => {
      const why = view.kind === 'unknown' ? `, ${view.why}` : '';
      return { at: seenAt, text: `look: \`${view.kind}\`${why}${facts(view.evidence)}` };
    }),
    ...r.acts.map((act) => ({
      at: act.sentAt,
      text: `**${act.verb}**: ${answerOf(act)}${facts(act.answer?.evidence)}`,
    })),
    ...r.interventions.map(({ at, message, operator, reason }) => ({
      at,
      text: `${message} by ${quoted(operator)}: ${quoted(reason)}`,
    })),
  ];
  lines.sort((a, b) => a.at - b.at);
  const shown = lines.slice(-LINES).map(({ at, text }) => `- ${timeOf(at)} ${text}`);
  return lines.length > LINES ? [`- … ${lines.length - LINES} before, see the journal`, ...shown] : shown;
}
