/** Makes a random incident: where the order stands, what goes wrong, what the payer does, what is asked. */
import type { StuckReason } from '../../reversal/outcome.ts';
import type { Fault, Operation, OrderEvent, OrderSeed, WireFault } from '../../sandbox/index.ts';
import { GATEWAYS, type GatewayName } from '../../stand/accounts.ts';
import { AMOUNT } from '../incident.ts';
import type { Catalogue, Kind, Piece, Start } from './catalogue.ts';
import { alipay } from './catalogues/alipay.ts';
import { daxpay } from './catalogues/daxpay.ts';
import { shouqianba } from './catalogues/shouqianba.ts';
import { pickFrom, type Rng, rngOf } from './rng.ts';

const CATALOGUES: Readonly<Record<GatewayName, Catalogue>> = {
  'alipay-classic': alipay,
  'alipay-v3': alipay,
  shouqianba,
  'daxpay-c': daxpay('c'),
  'daxpay-e': daxpay('e'),
  'daxpay-f': daxpay('f'),
};

export interface RandomRequest {
  readonly reason: 'ambiguous' | 'timeout' | 'void';
  readonly ifPaid: 'keep' | 'reverse';
  readonly method: 'barcode' | 'qr';
  readonly attemptedMsAgo: number;
  /** From the start of the reversal; negative when it is over. */
  readonly expiresInMs?: number;
}

export interface RandomIncident {
  readonly index: number;
  readonly gateway: GatewayName;
  readonly order: Omit<OrderSeed, 'orderId'>;
  readonly request: RandomRequest;
  /** What the order was, and whether a look could tell from the first on. */
  readonly kind: Kind;
  /** For these it may wait for people in the end. */
  readonly sticks: readonly StuckReason[];
}

const REASONS = ['ambiguous', 'ambiguous', 'timeout', 'void'] as const;
const WHEN = ['before', 'after'] as const;
const EXECUTED: readonly WireFault[] = [
  ...(['resetAfter', 'silentAfter', 'delayAnswer', 'stall', 'dribble', 'http502After'] as const),
  ...(['html200', 'empty200', 'truncated', 'gzip'] as const),
];
const UNEXECUTED: readonly WireFault[] = ['refuse', 'dropBefore', 'resetBefore', 'http502', 'redirect'];
export const WIRE = [...EXECUTED, ...UNEXECUTED];
/** Longer than a call's deadline now and then, and always within the horizon of a lost act. */
export const delayOf = (rng: Rng, wire: WireFault) => (wire === 'dribble' ? rng.between(1, 20) : rng.between(50, 1600));

function startOf(rng: Rng, { starts }: Catalogue): Start {
  return pickFrom(
    rng,
    starts.flatMap((start) => Array.from({ length: start.weight ?? 1 }, () => start)),
  );
}

function requestOf(rng: Rng, start: Start): RandomRequest {
  const method = rng.chance(30) ? 'qr' : 'barcode';
  const reason = rng.pick(REASONS);
  const ifPaid = reason === 'void' || rng.chance(50) ? 'reverse' : 'keep';
  // The attempt made the order; one that never arrived was made now, or its time would be over (4.2 of Shouqianba).
  const attemptedMsAgo = start.kind === 'absent' ? 0 : Math.min(start.createdMsAgo ?? 0, 10 * 60_000);
  const expires = reason === 'timeout' || (method === 'qr' && rng.chance(70));
  return { reason, ifPaid, method, attemptedMsAgo, ...(expires && { expiresInMs: rng.between(-2000, 2500) }) };
}

/** When the payer pays, if at all: at a time, or around a call. */
function payerOf(rng: Rng, catalogue: Catalogue, start: Start, request: RandomRequest): readonly OrderEvent[] {
  if ((start.kind !== 'unpaid' && start.kind !== 'absent') || !rng.chance(60)) return [];
  const name = start.kind === 'absent' ? catalogue.payAbsent : 'pay';
  // A code that was shown can be paid until it expires; a barcode's payment is on its way, or it is not.
  const life = request.method === 'qr' ? Math.max(300, (request.expiresInMs ?? 2500) - 300) : catalogue.arrivesWithinMs;
  const until = start.kind === 'absent' ? life : 2500;
  // 4.2 of DaxPay: a code that nobody had scanned can be paid after the close, and no call of DaxPay tells.
  if (start.flags?.channelState === 'not_exist') return [{ name, on: { operation: 'query', nth: 1, when: 'after' } }];
  if (start.kind === 'absent' || rng.chance(50)) return [{ name, afterMs: rng.between(0, until) }];
  const operation = rng.chance(50) ? 'query' : pickFrom(rng, catalogue.acts);
  const when = rng.pick(WHEN);
  return [{ name, on: { operation, nth: rng.between(1, 2), when } }];
}

function faultOf(rng: Rng, catalogue: Catalogue): { readonly fault: Fault } & Piece {
  const operation: Operation = rng.chance(40) ? 'query' : pickFrom(rng, [...catalogue.acts, 'refundQuery']);
  const place = { operation, from: rng.between(1, 2), times: rng.pick([1, 1, 1, 2, 3]) };
  const exhausted = place.times > 1 ? (catalogue.exhausted[operation] ?? []) : [];
  const trouble = catalogue.trouble[operation] ?? [];
  if (trouble.length > 0 && rng.chance(55)) {
    const { sticks = [], ...business } = pickFrom(rng, trouble);
    return { fault: { ...place, business }, sticks: [...sticks, ...exhausted] };
  }
  if (operation === 'query' && rng.chance(6)) {
    // The gateway is gone for good.
    return { fault: { operation, times: 0, wire: 'resetBefore' }, sticks: ['unreachable', 'gave-up'] };
  }
  const isAct = catalogue.acts.includes(operation);
  const wire = isAct && rng.chance(20) ? 'lateExecution' : pickFrom(rng, WIRE);
  return { fault: { ...place, wire, delayMs: delayOf(rng, wire) }, sticks: exhausted };
}

/** The incident of that index; always the same for the same seed. */
export function randomIncident(seed: number, index: number): RandomIncident {
  const rng = rngOf(seed, index);
  const gateway = pickFrom(rng, GATEWAYS);
  const catalogue = CATALOGUES[gateway];
  const start = startOf(rng, catalogue);
  const request = requestOf(rng, start);
  const pieces: Piece[] = [start];
  const events = [...payerOf(rng, catalogue, start, request)];
  let flags: NonNullable<OrderSeed['flags']> = { ...catalogue.always, ...start.flags };

  const unscanned = start.flags?.channelState === 'not_exist';
  const twists = catalogue.twists
    .filter(({ kinds }) => kinds.includes(start.kind))
    .filter((twist) => !(unscanned && twist.flags.payDuringWhen === 'after'));
  if (twists.length > 0 && rng.chance(35)) {
    const twist = pickFrom(rng, twists);
    flags = { ...flags, ...twist.flags };
    pieces.push(twist);
    events.push(...(twist.events ?? []));
  }
  // The same when DaxPay itself closes it, or a code of Open 1.0 whatever the channel holds; and what a replica still hides from the only look that a conclusion needs:
  // docs/reliability.md, what is not promised.
  const hidden = start.kind === 'paid' && request.ifPaid === 'keep' && flags.lag !== undefined;
  const closesUnasked = gateway === 'daxpay-f' && flags.method === 'qrcode';
  const meddling = catalogue.meddling
    .filter(({ kinds }) => kinds.includes(start.kind))
    .filter(({ event }) => !((unscanned || closesUnasked) && event.name === 'expire') && !hidden);
  if (meddling.length > 0 && rng.chance(10)) {
    const meddler = pickFrom(rng, meddling);
    const operation = rng.chance(60) ? 'query' : pickFrom(rng, catalogue.acts);
    // Before a call, so that a conclusion rests on a look at what it left.
    events.push({ ...meddler.event, on: { operation, nth: 1, when: 'before' } });
    pieces.push(meddler);
  }
  const faults = Array.from({ length: rng.pick([0, 1, 1, 2, 2, 3]) }, () => faultOf(rng, catalogue));
  pieces.push(...faults);
  const otherAmount = rng.chance(2) && start.kind !== 'absent';
  if (otherAmount) pieces.push({ sticks: ['mismatch'] });
  return {
    index,
    gateway,
    order: {
      amount: otherAmount ? AMOUNT + 100 : AMOUNT,
      state: start.state,
      ...(start.createdMsAgo !== undefined && { createdMsAgo: start.createdMsAgo }),
      ...(start.paidMsAgo !== undefined && { paidMsAgo: start.paidMsAgo }),
      flags,
      ...(events.length > 0 && { events }),
      ...(faults.length > 0 && { faults: faults.map(({ fault }) => fault) }),
    },
    request,
    kind: start.kind,
    sticks: [...new Set(pieces.flatMap(({ sticks = [] }) => sticks))],
  };
}
