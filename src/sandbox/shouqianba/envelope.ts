/** The layers of an answer. Every value is a JSON string; unfilled ones are `""`, and a failure's `data` is null. */
export type Value = string | number | null | Fields | readonly Value[];
export interface Fields {
  readonly [name: string]: Value;
}

/**
 * A whole answer. Layer 1 is `result_code` (200 processed, 400 refused before any business, 500 outcome unknown) with
 * its `error_code`; layer 2 is `biz_response`, layer 3 its `data`.
 */
export type Reply = Fields;

/** Layer 1 codes and the result code that they come with; ILLEGAL_SIGN as captured, with its EJ26. */
export const LAYER1_CODES: Readonly<Record<string, '400' | '500'>> = {
  INVALID_PARAMS: '400',
  INVALID_PARAMETER: '400',
  INVALID_TERMINAL: '400',
  TERMINAL_NOT_EXISTS: '400',
  ILLEGAL_SIGN: '400',
  ACTIVATE_FAIL: '400',
  UNKNOWN_SYSTEM_ERROR: '500',
  MAINTENANCE_INPROGRESS: '500',
  REQUEST_FAIL: '500',
  EXTERNAL_SERVICE_EXCEPTION: '500',
  PAY_STATUS_CLOSED: '500',
};

const STANDARD_CODES: Readonly<Record<string, string>> = { ILLEGAL_SIGN: 'EJ26', ACTIVATE_FAIL: 'EJ08' };

/** A refusal or fault at layer 1; without `biz_response`. */
export function layer1(code: string, message: string, result: string = LAYER1_CODES[code] ?? '500'): Reply {
  const standard = STANDARD_CODES[code];
  return standard === undefined
    ? { result_code: result, error_code: code, error_message: message }
    : {
        result_code: result,
        error_code: code,
        error_code_standard: standard,
        error_message: `${message}[${standard}]`,
      };
}

/** A processed request. */
export function processed(biz: Fields): Reply {
  return { result_code: '200', error_code: '', error_message: '', biz_response: biz };
}

/** An action's outcome with the order as it is now. */
export function outcome(result: string, data: Fields, code = '', message = ''): Reply {
  return processed({ result_code: result, error_code: code, error_message: message, data });
}

/** A refusal at layer 2: no process was started. */
export function fail(code: string, message: string): Reply {
  return processed({ result_code: 'FAIL', error_code: code, error_message: message, data: null });
}

export function isFields(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the log shows of an answer: its error code, else a look's order status, else the action's outcome. */
export function codeOf(reply: Reply): string {
  const biz = isFields(reply.biz_response) ? reply.biz_response : {};
  const data = isFields(biz.data) ? biz.data : {};
  const last = biz.result_code === 'SUCCESS' ? data.order_status : biz.result_code;
  return String([reply.error_code, biz.error_code, last].find((word) => word) ?? reply.result_code);
}
