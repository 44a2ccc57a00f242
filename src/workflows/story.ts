/** What happened to an order, line by line, from what the case itself holds; the journal has more. */
import type { Evidence } from '../reversal/order-view.ts';
import type { Act, Reversal } from '../reversal/state.ts';

/** As many as a person reads; older ones are in the journal. */
const LINES = 12;
/** The Web UI hands the details to a frame in its URL, of which a proxy takes 8 kB: this much of it may be story. */
const MOST_OF_A_URL = 3800;
/** Of one fact or what a person wrote, of a person's name, and of all the facts of a line. */
const MAX_TEXT = 100;
const MAX_NAME = 40;
const MAX_FACTS = 160;

/** As code: a narrow page would break it in two. */
export const timeOf = (instant: number) => `\`${new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z')}\``;

interface Line {
  readonly at: number;
  readonly text: string;
}

/** Said already by the order and its view. */
const DULL: ReadonlySet<string> = new Set(['orderId', 'gatewayId', 'totalAmount', 'sendPayDate', 'sn', 'client_tsn']);
/** Only worth a word when it is otherwise. */
const AS_EXPECTED: ReadonlySet<string> = new Set([
  'signature verified',
  'http 200',
  'code 10000',
  'message Success',
  'result_code 200',
]);
/** For the gateway's support; long, so it comes last. */
const TRACE = 'traceId';

function cut(text: string, most: number): string {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most).join('')}…` : text;
}

/** Backticks, brackets and lines of what others wrote must not become Markdown; half a letter could not be encoded. */
const plain = (text: string) =>
  cut(
    text
      .toWellFormed()
      .replace(/[`<>[\]\s]+/g, ' ')
      .trim(),
    MAX_TEXT,
  );

/** What the gateway said, with the trace id that its support asks for. `code` was told already. */
function facts(evidence: Evidence | undefined, code?: string): string {
  const { [TRACE]: trace, ...rest } = evidence ?? {};
  const told = Object.entries(rest).flatMap(([name, value]) => {
    const fact = `${name} ${plain(value)}`;
    return DULL.has(name) || AS_EXPECTED.has(fact) || value === code ? [] : [fact];
  });
  const all = [cut(told.join(', '), MAX_FACTS), ...(trace === undefined ? [] : [`${TRACE} ${plain(trace)}`])].filter(
    (part) => part !== '',
  );
  return all.length === 0 ? '' : ` (${all.join(', ')})`;
}

const codeOf = ({ answer }: Act) => (answer !== undefined && 'code' in answer ? answer.code : undefined);

function answerOf({ answer }: Act): string {
  if (answer === undefined) return 'no answer';
  switch (answer.kind) {
    case 'done':
      return `done, ${answer.effect}`;
    case 'again':
      return 'to be repeated';
    case 'refused':
    case 'rejected':
      return `${answer.kind}, ${answer.why} \`${plain(answer.code)}\``;
    case 'unknown':
      return `unknown, ${answer.why}`;
    case 'notSent':
      return `not sent, ${answer.why}`;
    default:
      return answer.kind;
  }
}

/** Looks that showed something new, calls with their answers, and what people did, the oldest of the last first. */
export function storyOf(r: Reversal): readonly string[] {
  const lines: Line[] = [
    ...r.sights.map(({ view, seenAt }) => {
      const why = view.kind === 'unknown' ? `, ${view.why}` : '';
      return { at: seenAt, text: `look: \`${view.kind}\`${why}${facts(view.evidence)}` };
    }),
    ...r.acts.map((act) => ({
      at: act.sentAt,
      text: `**${act.verb}**: ${answerOf(act)}${facts(act.answer?.evidence, codeOf(act))}`,
    })),
    ...r.interventions.map(({ at, message, operator, reason }) => ({
      at,
      text: `**${message}** by ${cut(plain(operator), MAX_NAME)}: ${plain(reason)}`,
    })),
  ];
  lines.sort((a, b) => a.at - b.at);
  const shown: string[] = [];
  let length = 0;
  for (const { at, text } of lines.toReversed()) {
    const line = `- ${timeOf(at)} ${text}`;
    length += encodeURIComponent(line).length;
    if (shown.length === LINES || length > MOST_OF_A_URL) break;
    shown.unshift(line);
  }
  const before = lines.length - shown.length;
  return before > 0 ? [`- … ${before} before, see the journal`, ...shown] : shown;
}
