/** The orders of one merchant, found as the gateway finds them. */
import type { Operation, SandboxHost } from '../contract.ts';
import type { Order } from './order.ts';

export interface OrderKeys {
  readonly sn?: string | null | undefined;
  readonly client_sn?: string | null | undefined;
}

export class Orders {
  private readonly byNumber = new Map<string, Order>();
  private readonly bySn = new Map<string, Order>();
  private readonly byTradeNo = new Map<string, Order>();
  private readonly host: Pick<SandboxHost, 'now'>;

  constructor(host: Pick<SandboxHost, 'now'>) {
    this.host = host;
  }

  add(order: Order): void {
    this.byNumber.set(order.clientSn, order);
    this.bySn.set(order.sn, order);
    this.byTradeNo.set(order.tradeNo, order);
  }

  get(clientSn: string): Order | undefined {
    return this.byNumber.get(clientSn);
  }

  /** `sn` wins over `client_sn`; an empty one counts as none. In a refund `sn` may be the channel's number. */
  named(keys: OrderKeys, operation?: Operation): Order | undefined {
    if (!keys.sn) return this.byNumber.get(keys.client_sn ?? '');
    return this.bySn.get(keys.sn) ?? (operation === 'refund' ? this.byTradeNo.get(keys.sn) : undefined);
  }

  /** The order that the gateway itself finds now. */
  find(keys: OrderKeys, operation?: Operation): Order | undefined {
    const order = this.named(keys, operation);
    return order !== undefined && this.isVisible(order) ? order : undefined;
  }

  isVisible(order: Order): boolean {
    const { invisibleUntilScan, foreignMerchant } = order.flags;
    const unscanned = invisibleUntilScan && !order.scanned;
    return order.state !== 'absent' && !unscanned && !foreignMerchant && this.host.now() >= order.visibleAt;
  }
}
