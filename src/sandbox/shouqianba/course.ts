/** What a seeded order does by itself, as its flags say. Times count from seeding. */
import type { OrderEvent, SandboxHost } from '../contract.ts';
import { happenTo } from './events.ts';
import type { CancelWay, Flags } from './flags.ts';
import type { Order } from './order.ts';
import type { State } from './states.ts';

type Event = Pick<OrderEvent, 'name' | 'with'>;
interface Step {
  readonly after: (flags: Flags) => number | undefined;
  readonly event: (flags: Flags) => Event | undefined;
}

const RESTORE = { restore: true } as const;

/** How a cancel ends that ran before the test began; none: never by itself. */
const CANCEL_ENDS: Readonly<Record<CancelWay, Event | undefined>> = {
  ok: { name: 'settleCancel' },
  slow: { name: 'settleCancel' },
  'slow-then-error': { name: 'failCancel' },
  'slow-then-refused': { name: 'failCancel', with: RESTORE },
  refused: { name: 'failCancel', with: RESTORE },
  unknown: undefined,
  'unknown-then-ok': { name: 'settleCancel' },
  'unknown-then-refused': { name: 'failCancel', with: RESTORE },
};

const appears: Step = { after: (flags) => flags.visibleAfterMs || undefined, event: () => ({ name: 'create' }) };
const payError: Step = { after: (flags) => flags.payErrorAfterMs, event: () => ({ name: 'payError' }) };
const expires: Step = { after: (flags) => flags.payCanceledAfterMs, event: () => ({ name: 'expire' }) };
const cancelEnds: Step = {
  after: (flags) => flags.cancelSettlesAfterMs,
  event: (flags) => CANCEL_ENDS[flags.cancelFails],
};
const refundEnds: Step = {
  after: (flags) => flags.refundSettlesAfterMs,
  event: ({ refund }) =>
    refund === 'fail' || refund.endsWith('refused') ? { name: 'failRefund', with: RESTORE } : { name: 'settleRefund' },
};

const COURSES: Readonly<Partial<Record<State, readonly Step[]>>> = {
  absent: [appears],
  CREATED: [payError, expires],
  PAY_ERROR: [expires],
  CANCEL_INPROGRESS: [cancelEnds],
  CANCEL_ERROR: [cancelEnds],
  REFUND_INPROGRESS: [refundEnds],
  REFUND_ERROR: [refundEnds],
};

/** Sets the timers of a new order. */
export function startCourse(host: SandboxHost, order: Order): void {
  for (const step of COURSES[order.state] ?? []) {
    const ms = step.after(order.flags);
    const event = step.event(order.flags);
    if (ms !== undefined && event !== undefined) host.later(ms, () => happenTo(host, order, event));
  }
}
