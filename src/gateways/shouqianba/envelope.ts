/** The three layers of an answer (spec 2), read leniently: absent, null, "" and blanks are alike, numbers may come bare. */
import { parse } from 'lossless-json';
import { z } from 'zod';
import type { Evidence, OrderState, UnknownKind } from '../../reversal/order-view.ts';
import { harmless } from '../evidence.ts';
import type { HttpFailure, HttpReply } from '../http.ts';
import { LAYER_1, LAYER_1_OTHER } from './codes.ts';

/** A JSON string; null, empty and blank count as absent. Bare numbers arrive as the text they were written in. */
export const text = z
  .string()
  .nullish()
  .transform((value) => (value?.trim() ? value : undefined));

/** Words for people: of any other shape they are none, and the answer is as good without them. */
const words = text.catch(undefined);

/** An object; "" and null count as absent. */
const section = z
  .union([z.literal(''), z.null(), z.record(z.string(), z.unknown())])
  .optional()
  .transform((value) => value || undefined);

const outer = z.object({
  result_code: z.string().min(1),
  error_code: text,
  error_message: words,
  error_code_standard: text,
  biz_response: section,
});
const inner = z.object({ result_code: text, error_code: text, error_message: words, data: section });

/** The section that layer 3 is parsed from. Not evidence: it may hold keys and personal data. */
export type Section = Readonly<Record<string, unknown>>;

export type Reading = { readonly evidence: Evidence } & (
  | { readonly kind: 'nothing'; readonly why: UnknownKind; readonly detail: string }
  /** Layer 1 says 400: not executed. */
  | { readonly kind: 'rejected'; readonly why: Extract<OrderState, { kind: 'rejected' }>['why']; readonly code: string }
  /** Layer 1 says 500: the outcome is unknown. */
  | { readonly kind: 'fault'; readonly code: string; readonly barred: boolean }
  /** Layer 1 says 200. `result` and `error` are layer 2; check-in and activation put their fields into `biz` itself. */
  | {
      readonly kind: 'answer';
      readonly result: string | undefined;
      readonly error: string | undefined;
      readonly biz: Section;
      readonly data: Section | undefined;
    }
);

const MAX_EVIDENCE = 128;

/** Evidence from fields that may be absent; what the gateway wrote is cut to a length worth keeping. */
export function evidence(fields: Readonly<Record<string, string | undefined>>): Evidence {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) kept[name] = value.slice(0, MAX_EVIDENCE);
  }
  return kept;
}

/** A call that brought no answer. */
export function nothing(why: UnknownKind, detail: string, more: Readonly<Record<string, string>> = {}): Reading {
  return { kind: 'nothing', why, detail, evidence: evidence({ ...more, detail }) };
}

/** Which layer-1 codes may come under an HTTP status other than 200; the body counts (spec 1.1). */
const BODY_UNDER_HTTP: ReadonlyMap<number, readonly string[]> = new Map([
  [4, ['400', '500']],
  [5, ['500']],
]);

function withoutEnvelope(status: number): Reading {
  const why: UnknownKind = status === 200 ? 'unreadable' : status === 429 ? 'limited' : 'http';
  return nothing(why, `HTTP_${status}`);
}

function parsed(body: Uint8Array): unknown {
  try {
    return parse(new TextDecoder().decode(body), undefined, String);
  } catch {
    return undefined;
  }
}

/**
 * Reads layers 1 and 2. Never throws: an answer that is not the documented envelope is `nothing`, as is one whose
 * HTTP status contradicts its body.
 */
export function read(reply: HttpReply | HttpFailure): Reading {
  if (reply.kind === 'failure') return nothing(reply.why, reply.detail);
  const { status } = reply;
  const top = outer.safeParse(parsed(reply.body));
  if (!top.success) return withoutEnvelope(status);
  const { result_code, error_code, error_message, error_code_standard, biz_response } = top.data;
  const fits = status === 200 || BODY_UNDER_HTTP.get(Math.floor(status / 100))?.includes(result_code);
  if (!fits) return nothing('http', `HTTP_${status}`, { result_code: result_code.slice(0, MAX_EVIDENCE) });

  const layer1 = {
    result_code,
    error_code,
    error_code_standard,
    error_message: error_message && harmless(error_message),
  };
  if (result_code !== '200') {
    const code = (error_code ?? result_code).slice(0, MAX_EVIDENCE);
    const row = LAYER_1.get(result_code)?.get(code) ?? LAYER_1_OTHER.get(result_code);
    if (row === undefined) return { kind: 'nothing', why: 'unfamiliar', detail: code, evidence: evidence(layer1) };
    if (row.kind === 'rejected') return { kind: 'rejected', why: row.why, code, evidence: evidence(layer1) };
    return { kind: 'fault', code, barred: row.barred ?? false, evidence: evidence(layer1) };
  }

  const biz = inner.safeParse(biz_response);
  if (!biz.success || biz_response === undefined) {
    return { kind: 'nothing', why: 'unreadable', detail: 'BIZ_RESPONSE', evidence: evidence(layer1) };
  }
  const { result_code: result, error_code: error, error_message: said, data } = biz.data;
  const layers = {
    ...layer1,
    biz_result_code: result,
    biz_error_code: error,
    biz_error_message: said && harmless(said),
  };
  return { kind: 'answer', result, error, biz: biz_response, data, evidence: evidence(layers) };
}
