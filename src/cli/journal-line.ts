/** One line of a journal for people: what matters of its body. `--json` has all of it. */
import { z } from 'zod';
import type { JournalEntry } from '../ledger/index.ts';
import { instant, lengthOf, oneLine } from './output.ts';
import { answered, asked, ended, said } from './words.ts';

const text = z.string().optional().catch(undefined);

const opened = z.object({ request: z.unknown(), remembered: z.boolean() });
const looked = z.union([z.object({ order: z.unknown() }), z.object({ refund: z.unknown() })]);
const act = z.object({ verb: z.string(), seq: z.number(), stale: z.boolean().optional(), answer: z.unknown() });
const decision = z.union([
  z.looseObject({ kind: z.literal('park'), reason: z.string(), until: z.number(), rule: text }),
  z.looseObject({ kind: z.literal('wait'), why: z.string(), until: z.number(), rule: text }),
  z.looseObject({ kind: z.literal('look'), every: z.number(), rule: text }),
]);
const told = z.object({ verdict: z.string() });
const operator = z.union([
  z.object({ joined: z.unknown() }),
  z.looseObject({
    message: z.string(),
    ...{ operator: text, reason: text, batch: text, finalAction: text, evidence: text, dueAt: text, refused: text },
  }),
]);

/** By the kind of the entry; undefined where the body is not of that shape. */
const WORDS: Readonly<Record<string, (body: unknown) => string | undefined>> = {
  opened(body) {
    const { data } = opened.safeParse(body);
    const request = asked(data?.request);
    return request && `${request}${data?.remembered === false ? '; the ledger could not be read yet' : ''}`;
  },
  look(body) {
    const { data } = looked.safeParse(body);
    if (data === undefined) return undefined;
    const [what, view] = 'order' in data ? ['order', said(data.order)] : ['refund', said(data.refund)];
    return view && `${what}: ${view}`;
  },
  act(body) {
    const { data } = act.safeParse(body);
    if (data === undefined) return undefined;
    const { verb, seq, stale, answer } = data;
    if (stale === true) return `${verb} not sent: another run had sent call ${seq} already`;
    const words = answered(answer);
    return words && `${verb} (call ${seq}): ${words}`;
  },
  decision(body) {
    const { data } = decision.safeParse(body);
    if (data === undefined) return undefined;
    const by = data.rule === undefined ? '' : `; rule ${data.rule}`;
    if (data.kind === 'park') return `stuck: ${data.reason}; looks again by itself at ${instant(data.until)}${by}`;
    if (data.kind === 'look') return `unreachable: looks again every ${lengthOf(data.every)}${by}`;
    return `waits until ${instant(data.until)}: ${data.why}${by}`;
  },
  told(body) {
    const { data } = told.safeParse(body);
    return data && `may be told from now on: ${data.verdict}`;
  },
  operator(body) {
    const { data } = operator.safeParse(body);
    if (data === undefined) return undefined;
    if ('joined' in data) return `another request joined: ${asked(data.joined) ?? JSON.stringify(data.joined)}`;
    const { message, finalAction, dueAt, batch, refused } = data;
    if (refused !== undefined) return `${message} refused: ${refused}`;
    const why = data.reason ?? data.evidence;
    const who = data.operator === undefined ? '' : ` by ${data.operator}`;
    const what = [message, finalAction, dueAt, batch && `in batch ${batch}`]
      .filter((part) => part !== undefined)
      .join(' ');
    return `${what}${who}${why === undefined ? '' : `: ${why}`}`;
  },
  final: ended,
};

/** The body of an entry that no version of this program is known to have written is shown as it is. */
export function journalLine({ at, kind, body }: JournalEntry): string {
  return `${instant(at)}  ${oneLine(kind).padEnd(8)}  ${oneLine(WORDS[kind]?.(body) ?? JSON.stringify(body))}`;
}
