/** What the suite needs to know about a gateway. The next gateway is one more of these. */
import type { Verb } from '../../../src/reversal/answer.ts';
import type { BusinessFault, Fault, Operation, OrderEvent } from '../../../src/sandbox/contract.ts';
import type { GatewayName } from '../../../src/stand/accounts.ts';
import type { Scenario } from './scenario.ts';

/** Every call of the port: the verbs, and the two looks. */
export type CallName = 'look' | 'lookAtRefund' | Verb;

export interface CallDescription {
  readonly call: CallName;
  readonly operation: Operation;
  /** The sandbox state in which the call does something that can be seen in the money or the state. */
  readonly state: string;
  readonly flags?: Flags;
  /** A refund of the whole amount is made first, so that there is one to look at. */
  readonly afterRefund?: true;
  /** What it says when nothing goes wrong, as `said` writes it. */
  readonly normally: string;
}

export type Flags = Readonly<Record<string, string | number | boolean>>;

export interface StateCase {
  readonly state: string;
  readonly flags?: Flags;
  readonly events?: readonly OrderEvent[];
  readonly shows: string;
}

export interface CodeCase {
  readonly call: CallName;
  readonly fault: BusinessFault;
  readonly says: string;
}

/** The same codes for several calls. */
export function codes(calls: readonly CallName[], rows: Readonly<Record<string, string>>): CodeCase[] {
  return calls.flatMap((call) => Object.entries(rows).map(([name, says]) => ({ call, fault: { name }, says })));
}

export interface GatewayDescription {
  readonly name: GatewayName;
  /** The document and section that the codes are from. */
  readonly spec: string;
  readonly calls: readonly CallDescription[];
  /** Every state of the documentation, and what a look at it shows. */
  readonly states: readonly StateCase[];
  readonly codes: readonly CodeCase[];
  /** Answers that cannot be trusted, by call: whatever they say, nothing certain follows. */
  readonly untrusted: readonly { readonly call: CallName; readonly fault: BusinessFault }[];
  /** Answers of an odd but valid shape: read as if nothing were odd. */
  readonly lenient: readonly { readonly call: CallName; readonly fault: BusinessFault }[];
  /** A fault after which a look shows another amount. */
  readonly otherAmount?: BusinessFault;
  /** Whether refusals are signed; undefined where that is different from code to code, or nothing is signed. */
  readonly signsErrors?: boolean;
  /** Credentials with a key that the gateway does not know. */
  wrongKey(credentials: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  /** Credentials with another key for the gateway's signatures, where it signs with a key of its own. */
  wrongPlatformKey?(credentials: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  /** End to end: how one reversal each goes, from the request to the money. */
  readonly scenarios: readonly Scenario[];
}

/** A fault of the sandbox for one call. */
export const onCall = (operation: Operation, fault: Omit<Fault, 'operation'>): Fault => ({ operation, ...fault });
