import type { SandboxHost } from '../contract.ts';
import type { CHANNEL_STATES } from './flags.ts';

export type ChannelState = (typeof CHANNEL_STATES)[number];
export type RefundReply = 'returned' | 'unchanged' | 'refused';

interface TradeStart {
  readonly orderId: string;
  readonly amount: number;
  readonly number: string;
  readonly state: ChannelState;
  readonly paidAt: number;
  /** Minor units that went back before the order was seeded. */
  readonly returned: number;
}

/** The trade at the channel, where the money is. DaxPay's own row may say something else: that is the point. */
export class Trade {
  readonly number: string;
  private readonly host: SandboxHost;
  private readonly orderId: string;
  private readonly amount: number;
  private readonly refunds = new Set<string>();
  private current: ChannelState;
  private returned = 0;
  private paid: number | undefined;

  constructor(host: SandboxHost, start: TradeStart) {
    this.host = host;
    this.orderId = start.orderId;
    this.amount = start.amount;
    this.number = start.number;
    this.current = 'unpaid';
    if (start.state === 'paid' || start.state === 'refunded') {
      this.pay({ at: start.paidAt });
      if (start.returned > 0) this.give(start.returned, 'refund');
    } else {
      this.current = start.state;
    }
  }

  get state(): ChannelState {
    return this.current;
  }

  get takenAmount(): number {
    return this.paid === undefined ? 0 : this.amount;
  }

  get returnedAmount(): number {
    return this.returned;
  }

  get paidAt(): number | undefined {
    return this.paid;
  }

  /** Somebody scanned the code: the trade exists from now on. */
  create(): void {
    if (this.current === 'not_exist') this.current = 'unpaid';
  }

  /** Whether the payer could: not twice, and a closed trade only when forced. */
  pay(how: { readonly at?: number; readonly force?: boolean } = {}): boolean {
    const open = this.current === 'not_exist' || this.current === 'unpaid';
    if (!open && !(how.force && this.current === 'closed')) return false;
    this.current = 'paid';
    this.paid = how.at ?? this.host.now();
    this.host.move({ orderId: this.orderId, kind: 'taken', amount: this.amount, by: 'pay' });
    return true;
  }

  close(): void {
    if (this.current === 'unpaid') this.current = 'closed';
  }

  /** All that is still there goes back. */
  giveBackRest(by: string): void {
    if (this.current === 'paid') this.give(this.amount - this.returned, by);
  }

  /** A number that went through before moves nothing: Alipay then answers `fund_change` N. */
  refund(number: string, amount: number): RefundReply {
    if (this.refunds.has(number)) return 'unchanged';
    if (this.current !== 'paid' || this.returned + amount > this.amount) return 'refused';
    this.refunds.add(number);
    this.give(amount, `refund:${number}`);
    return 'returned';
  }

  knowsRefund(number: string): boolean {
    return this.refunds.has(number);
  }

  /** Part of it, by somebody else. */
  giveBack(amount: number, by: string): void {
    if (this.current === 'paid') this.give(Math.min(amount, this.amount - this.returned), by);
  }

  private give(amount: number, by: string): void {
    if (amount <= 0) return;
    this.host.move({ orderId: this.orderId, kind: 'returned', amount, by });
    this.returned += amount;
    if (this.returned === this.amount) this.current = 'refunded';
  }
}
