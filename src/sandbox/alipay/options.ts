/** What holds for the whole emulated gateway. Switches of single orders are in `flags.ts`. */
export interface AlipayOptions {
  /** How far a request's time may be off; `Infinity` accepts any. Ten minutes is documented for v3 only. */
  readonly timestampToleranceMs: number;
  /** v3: refuse a nonce that was used. */
  readonly refuseUsedNonces: boolean;
  /** v3: the documentation says 400 here and 401 there. */
  readonly invalidSignatureStatus: 400 | 401;
  /** What a cancel by a `trade_no` that nobody has is refused with. */
  readonly unknownTradeNoCode: string;
  /** `app_auth_token`s that are valid; any other is refused. */
  readonly appAuthTokens: readonly string[];
}

export const defaultOptions: AlipayOptions = {
  timestampToleranceMs: 600_000,
  refuseUsedNonces: true,
  invalidSignatureStatus: 400,
  unknownTradeNoCode: 'ACQ.INVALID_PARAMETER',
  appAuthTokens: [],
};

/** The one application there is. */
export const APP_ID = '2021000199990001';
