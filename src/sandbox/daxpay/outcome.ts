import type { JsonObject } from './wire/json.ts';

/**
 * What an operation comes to, before it is written down in the envelope of a profile. `refused` is raised inside the
 * controller and is signed; `thrown` goes through the global handler and is not (spec 1.5).
 */
export type Outcome =
  | { readonly kind: 'done'; readonly data?: JsonObject; readonly msg?: string | null }
  | { readonly kind: 'refused' | 'thrown'; readonly code: number; readonly msg: string | null };

export type Refusal = Exclude<Outcome, { kind: 'done' }>;

export const refused = (code: number, msg: string): Refusal => ({ kind: 'refused', code, msg });
export const thrown = (code: number, msg: string | null): Refusal => ({ kind: 'thrown', code, msg });
