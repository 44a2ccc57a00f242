/** Where events go, and how patiently. Values, not references: the configuration has resolved them. */
export interface WebhookSettings {
  /** http or https. */
  readonly url: string;
  /** `whsec_…`, one or more. Every event is signed with each, so that a receiver may know any one of them. */
  readonly secrets: readonly string[];
  /** Milliseconds: connect, send, and wait for the status. */
  readonly timeoutMs: number;
  /** How long one event is tried before it is given up, in milliseconds. */
  readonly retryForMs: number;
  /** Between tries, in milliseconds: doubled from `firstMs` to `maxMs`. */
  readonly backOff: { readonly firstMs: number; readonly maxMs: number };
}
