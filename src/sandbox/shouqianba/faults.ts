/** Business faults: what the gateway itself answers wrong, after its checks and with or without doing the work. */
import type { BusinessFault } from '../contract.ts';
import { type Fields, isFields, LAYER1_CODES, layer1, processed, type Reply, type Value } from './envelope.ts';
import { NOT_EXISTS, NOT_EXISTS_2 } from './query.ts';

export interface FaultPlan {
  readonly execute: boolean;
  readonly mirrorHttpStatus: boolean;
  /** Makes the wrong answer of the right one; of the order as it stands, when nothing was executed. */
  rewrite(reply: Reply): Reply;
}

/** Layer 2 values that a fault may answer by name. Any other code in capitals rides on FAIL. */
const RESULTS: ReadonlySet<string> = new Set([
  ...['SUCCESS', 'FAIL', 'CANCEL_SUCCESS', 'CANCEL_ABORT_SUCCESS', 'CANCEL_IN_PROGRESS', 'CANCEL_ABORT_IN_PROGRESS'],
  ...['CANCEL_ERROR', 'CANCEL_ABORT_ERROR', 'REFUND_SUCCESS', 'REFUND_FAIL', 'REFUND_IN_PROGRESS', 'REFUND_ERROR'],
  ...['REFUND_FAIL_ERROR', 'TERMINAL_CHECKIN_SUCCESS'],
]);

function withBiz(reply: Reply, alter: (biz: Fields) => Fields): Reply {
  return isFields(reply.biz_response) ? { ...reply, biz_response: alter(reply.biz_response) } : reply;
}

/** Alters layer 3, where there is one. */
function withData(reply: Reply, fields: Fields): Reply {
  return withBiz(reply, (biz) => (isFields(biz.data) ? { ...biz, data: { ...biz.data, ...fields } } : biz));
}

function without(fields: Fields, ...names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

/** Replaces every unfilled value at every layer; undefined leaves it out. */
function unfilled(fields: Fields, by: null | '' | undefined): Fields {
  const entries = Object.entries(fields).flatMap(([name, value]): [string, Value][] => {
    if (isFields(value)) return [[name, unfilled(value, by)]];
    if (value !== '' && value !== null) return [[name, value]];
    return by === undefined ? [] : [[name, by]];
  });
  return Object.fromEntries(entries);
}

const NUMERIC = /^(result_code|.*_amount|.*time)$/;

function asNumbers(fields: Fields): Fields {
  const entries = Object.entries(fields).map(([name, value]): [string, Value] => {
    if (isFields(value)) return [name, asNumbers(value)];
    const number = NUMERIC.test(name) && typeof value === 'string' && /^\d+$/.test(value);
    return [name, number ? Number(value) : value];
  });
  return Object.fromEntries(entries);
}

type With = NonNullable<BusinessFault['with']>;
type Reshape = (reply: Reply, using: With) => Reply;

/** Right answers of the wrong shape or about the wrong order. The work is done, unless the fault says otherwise. */
const RESHAPES: Readonly<Record<string, Reshape>> = {
  missingData: (reply) => withBiz(reply, (biz) => without(biz, 'data', 'terminal_key')),
  missingBiz: (reply) => without(reply, 'biz_response'),
  unknownStatus: (reply, using) => withData(reply, { order_status: String(using.status ?? 'SOMETHING_NEW') }),
  wrongClientSn: (reply, using) => withData(reply, { client_sn: String(using.clientSn ?? 'ANOTHER-ORDER') }),
  wrongSn: (reply, using) => withData(reply, { sn: String(using.sn ?? '7895000000000000') }),
  wrongAmount: (reply, using) => withData(reply, { total_amount: String(using.amount ?? 1) }),
  nullFields: (reply) => unfilled(reply, null),
  emptyFields: (reply) => unfilled(reply, ''),
  absentFields: (reply) => unfilled(reply, undefined),
  numbersInsteadOfStrings: asNumbers,
  notExistSpelling2: (reply) =>
    withBiz(reply, (biz) => (biz.error_code === NOT_EXISTS ? { ...biz, error_code: NOT_EXISTS_2 } : biz)),
  emptyKey: (reply) => withBiz(reply, (biz) => ({ ...biz, terminal_key: '' })),
  // The shape of one revision of the newer notes; the flat one is the captured one.
  checkinNested: (reply) =>
    withBiz(reply, (biz) => ({
      result_code: 'TERMINAL_CHECKIN_SUCCESS',
      error_code: '',
      error_message: '',
      data: biz,
    })),
  mirrorHttpStatus: (reply) => reply,
};

/** A code by its name: a layer 1 code, an action's outcome, or an error code of a refusal. */
function answerCode(name: string, using: With): Reshape {
  const result = using.resultCode === undefined ? undefined : String(using.resultCode);
  if (using.layer === 1 || (name in LAYER1_CODES && using.layer !== 2)) return () => layer1(name, 'fault', result);
  const isOutcome = RESULTS.has(name);
  const code = isOutcome ? String(using.errorCode ?? '') : name;
  const head = { result_code: isOutcome ? name : (result ?? 'FAIL'), error_code: code };
  return (reply) => {
    const biz = isFields(reply.biz_response) ? reply.biz_response : {};
    const data = head.result_code === 'FAIL' ? null : (biz.data ?? null);
    const body = { ...head, error_message: code === '' ? '' : 'fault' };
    return processed(using.data === false ? body : { ...body, data });
  };
}

/** What a fault means here; throws when it is neither a known shape nor a code in capitals. */
export function planFault(fault: BusinessFault | undefined): FaultPlan {
  if (fault === undefined) return { execute: true, mirrorHttpStatus: false, rewrite: (reply) => reply };
  const { name, with: using = {} } = fault;
  const reshape = RESHAPES[name];
  if (reshape === undefined && !/^[A-Z][A-Z0-9_]*$/.test(name)) throw new Error(`shouqianba knows no fault ${name}`);
  const alter = reshape ?? answerCode(name, using);
  return {
    execute: fault.execute ?? reshape !== undefined,
    mirrorHttpStatus: name === 'mirrorHttpStatus' || using.mirrorHttpStatus === true,
    rewrite: (reply) => alter(reply, using),
  };
}
