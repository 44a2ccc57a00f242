/**
 * Checks of messages, without a schema library: it would be built anew for every workflow on the worker. A refused
 * update leaves no history; the sender reads every problem.
 */
import { implausible, YEAR } from '../reversal/instants.ts';
import type { Resolution } from '../reversal/outcome.ts';

export type Check = (value: unknown) => string | undefined;

export const text: Check = (value) =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 500 ? undefined : 'must be 1 to 500 characters';

/** The farthest moment from 1970 that a date can hold: one beyond it would fail the workflow when it is written down. */
const FARTHEST_MS = 8.64e15;

/** ISO 8601 with a zone, or epoch milliseconds. */
export function instantOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Math.abs(value) <= FARTHEST_MS ? value : undefined;
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(value)) return undefined;
  const instant = Date.parse(value);
  return Number.isNaN(instant) ? undefined : instant;
}

/** For validators, which run once and are not replayed: the clock may be asked. */
const instant: Check = (value) => {
  const given = instantOf(value);
  return given === undefined
    ? 'must be an ISO 8601 instant with a zone, such as 2026-11-20T03:36:00Z'
    : implausible(given, Date.now(), YEAR);
};

const FINAL_ACTIONS: readonly Resolution['finalAction'][] = ['kept', 'closed', 'refunded', 'nothing_to_reverse'];
const finalAction: Check = (value) =>
  FINAL_ACTIONS.some((action) => action === value) ? undefined : `must be one of ${FINAL_ACTIONS.join(', ')}`;
export const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');

const MAX_RATE = 100;
/** Per second. */
export const rate: Check = (value) =>
  typeof value === 'number' && value > 0 && value <= MAX_RATE
    ? undefined
    : `must be a number above 0, up to ${MAX_RATE}`;

export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);

/** For the person who reads it in the Web UI: the sentence, without where in the program it was said. */
export function plain<E extends Error>(error: E): E {
  error.stack = '';
  return error;
}

/** Anything else in a message is refused: a misspelt field must not be lost without a word. */
export type Fields = Readonly<Record<string, Check>>;

export const OPERATOR_FIELDS: Fields = { operator: text, reason: text };
export const RESUBMIT_FIELDS: Fields = { operator: optional(text), reason: optional(text), batch: optional(text) };
export const RESCHEDULE_FIELDS: Fields = { ...OPERATOR_FIELDS, dueAt: instant };
export const RESOLVE_FIELDS: Fields = {
  operator: text,
  finalAction,
  evidence: text,
  elsewhere: optional(flag),
  unseen: optional(flag),
};
export const SUBMIT_FIELDS: Fields = { request: () => undefined, answerBy: optional(instant) };

/** What is wrong with a message, problem by problem; nothing when it fits. */
export function problemsOf(message: unknown, fields: Fields): readonly string[] {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return ['needs one JSON object'];
  const given: Readonly<Record<string, unknown>> = { ...message };
  const known = Object.keys(fields);
  return [
    ...Object.entries(fields).flatMap(([name, check]) => {
      const problem = check(given[name]);
      return problem === undefined ? [] : [`${name}: ${problem}`];
    }),
    ...Object.keys(given).flatMap((name) => (known.includes(name) ? [] : [`${name}: unknown field`])),
  ];
}

/** Throws one error that names every problem of a message, and shows what it should look like. */
export function requireFields(message: unknown, fields: Fields, example: string): void {
  const problems = problemsOf(message, fields);
  if (problems.length > 0) throw plain(new Error(`${problems.join('; ')}. Send for example ${example}`));
}
