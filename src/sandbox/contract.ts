/**
 * What the sandbox's server and its systems agree on. The server owns sockets, wire faults, the request log, the
 * clock and the money journal; a system owns its protocol, its signatures and its order states. Nothing here, and
 * nothing in this folder, imports from `src/gateways`: one misreading must not pass on both sides.
 */

export interface SandboxRequest {
  readonly method: string;
  /** Path with query, exactly as received. */
  readonly target: string;
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface SandboxAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

export type Operation =
  | 'query'
  | 'cancel'
  | 'close'
  | 'revoke'
  | 'refund'
  | 'refundQuery'
  | 'sync'
  | 'checkin'
  | 'activate';

/** Which call a request is, found without executing anything and without trusting its signature. */
export interface Identified {
  readonly operation: Operation;
  /** The merchant's number, when the request names an order that the system knows or gives that number itself. */
  readonly orderId?: string;
}

/** What happens on the wire. `…BeforeExecuting`: the system never sees the request. */
export type WireFault =
  | 'refuse' // accept and reset before reading anything
  | 'dropBefore' // read the request, execute nothing, never answer, close after `delayMs`
  | 'resetBefore' // read, execute nothing, reset
  | 'resetAfter' // execute, reset without an answer
  | 'silentAfter' // execute, never answer
  | 'lateExecution' // never answer; execute after `delayMs`
  | 'delayAnswer' // execute at once, answer after `delayMs`
  | 'stall' // execute, send the headers and half of the body, then nothing
  | 'dribble' // execute, send the body a byte group at a time, one each `delayMs`
  | 'http502' // do not execute; 502 with HTML
  | 'http502After' // execute; 502 with HTML
  | 'html200' // execute; 200 with HTML
  | 'empty200' // execute; 200 with an empty body
  | 'truncated' // execute; the first half of the real body, complete on the wire
  | 'gzip' // execute; the real body compressed, with its content-encoding
  | 'redirect'; // do not execute; 307 to the same path

/** What the system itself does wrong; which names a system understands is listed in its own file. */
export interface BusinessFault {
  /** For example `ACQ.SYSTEM_ERROR`, `wrongSignature`, `noSignature`, `otherOrder`, `retryFlagY`. */
  readonly name: string;
  /** Whether the operation takes effect all the same. Default false for error codes, true for wrong envelopes. */
  readonly execute?: boolean;
  /** Further switches of that fault. */
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}

/** One fault for one order and operation, from its `from`-th call on (1 is the first), for `times` calls. */
export interface Fault {
  readonly operation: Operation | 'any';
  readonly from?: number; // default 1
  readonly times?: number; // default 1; 0 means for ever
  readonly wire?: WireFault;
  readonly delayMs?: number;
  readonly business?: BusinessFault;
}

/** Something that happens to an order by itself: the payer pays, the gateway settles. */
export interface OrderEvent {
  /** `pay`, `create`, `decline`, `expire`, … : which names a system understands is listed in its own file. */
  readonly name: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  /** So long after the order was seeded, or … */
  readonly afterMs?: number;
  /** … just before or after the nth call of that operation is executed (or would have been). */
  readonly on?: {
    readonly operation: Operation;
    readonly nth: number;
    readonly when: 'before' | 'after';
    readonly delayMs?: number;
  };
}

export interface OrderSeed {
  readonly orderId: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency?: string; // default CNY
  /** The system's own state name, listed in its own file; `absent` is understood by every system. */
  readonly state: string;
  /** Milliseconds before now. */
  readonly createdMsAgo?: number;
  readonly paidMsAgo?: number;
  /** State flags and switches of the system, per order: `frozen`, `oneCancelPerOrder`, … */
  readonly flags?: Readonly<Record<string, string | number | boolean>>;
  readonly faults?: readonly Fault[];
  readonly events?: readonly OrderEvent[];
  /** Where the gateway notifies the merchant of what happens to the order, as far as it does; nowhere without one. */
  readonly notifyUrl?: string;
}

/** What a notification is about. Which of them a gateway sends by itself is its own affair. */
export type NoticeAbout = 'payment' | 'refund' | 'close';

export interface NoticeWish {
  /** Default `payment`: with the order as it is, whether it was paid or not. */
  readonly about?: NoticeAbout;
  /** Signed by a stranger, changed after it was signed, or not signed. */
  readonly forged?: 'key' | 'content' | 'unsigned';
  /** Signed as it should be, for a merchant that is not ours. */
  readonly otherMerchant?: boolean;
  /**
   * Alipay, all of them seen: `refund_fee=0.00` beside a payment; values without content, left out of the signed text
   * or part of it; in GBK.
   */
  readonly shape?: 'zeroRefundFee' | 'emptiesDropped' | 'emptiesKept' | 'gbk';
}

/** A notification as it goes out. */
export interface Notice {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a gateway's notifications go on until they are taken. */
export interface NoticeRules {
  /** The body of the merchant's answer that takes it, whatever the status. */
  readonly takenBy: string;
  /** How long after one that was not taken the next one comes. */
  readonly againAfterMs: readonly number[];
}

/** What the merchant answered; no status: it did not answer. */
export interface Delivered {
  readonly taken: boolean;
  readonly status?: number;
  readonly body?: string;
}

/** The truth about one order, for tests and for the table that sets conclusions against the money. */
export interface OrderTruth {
  readonly orderId: string;
  readonly state: string;
  readonly amount: number;
  /** Minor units taken from the payer and given back, from the money journal. */
  readonly taken: number;
  readonly returned: number;
  /** Whether a payer could still pay it. */
  readonly payable: boolean;
  readonly gatewayId?: string;
}

export interface MoneyEntry {
  readonly at: number;
  readonly system: string;
  readonly orderId: string;
  readonly kind: 'taken' | 'returned';
  readonly amount: number;
  /** What moved it: `pay`, `cancel`, `revoke`, `refund`, `refund:<number>`. */
  readonly by: string;
}

export interface LogEntry {
  readonly at: number;
  readonly system: string;
  /** `notify`: the gateway called the merchant; `code` is then what the merchant answered. */
  readonly operation: Operation | 'notify' | 'unknown';
  readonly orderId?: string;
  /** 1 for the first call of this operation for this order, or the first notification about it. */
  readonly nth: number;
  /** Whether the system executed it, and whether it passed the signature check. */
  readonly executed: boolean;
  readonly authentic?: boolean;
  readonly fault?: string;
  readonly answeredAt?: number;
  /** The code the answer carried, if it was sent: for reading, not for deciding. */
  readonly code?: string;
}

/** What a system gets from the server. */
export interface SandboxHost {
  now(): number;
  /** Journals money; throws when more would go back than came in, which is a defect of the system. */
  move(entry: Omit<MoneyEntry, 'at' | 'system'>): void;
  /** Runs later on the sandbox's clock; cancelled when the sandbox stops. */
  later(ms: number, run: () => void): void;
  sleep(ms: number): Promise<void>;
  /** Sends a notification about the order soon, and again until it is taken, when the order has a `notifyUrl`. */
  notify(orderId: string, about: NoticeAbout): void;
}

export interface Handled extends SandboxAnswer {
  /** Whether it changed or could have changed the order, for the log. */
  readonly executed: boolean;
  readonly authentic: boolean;
  readonly code?: string;
}

/** One emulated gateway, mounted by its paths. */
export interface SandboxSystem {
  readonly name: string;
  identify(request: SandboxRequest): Identified | undefined;
  handle(request: SandboxRequest, fault: BusinessFault | undefined): Promise<Handled> | Handled;
  seed(order: OrderSeed): void;
  happen(orderId: string, event: Pick<OrderEvent, 'name' | 'with'>): void;
  truth(orderId: string): OrderTruth | undefined;
  /** Absent where the gateway notifies nobody. */
  readonly notices?: NoticeRules & {
    /** The order as it is now. Throws when the system does not know it. */
    write(orderId: string, wish: NoticeWish): Notice;
  };
  /** What a client needs to talk to it, made at start: ids, keys, paths. */
  credentials(): Readonly<Record<string, string>>;
}

export type SystemFactory = (host: SandboxHost) => SandboxSystem;

/** A running sandbox in this process. The control API over HTTP gives the same to other processes. */
export interface Sandbox {
  /** The control API: `http://127.0.0.1:port`. */
  readonly controlUrl: string;
  /** A system's bare origin, `http://127.0.0.1:port`: each has a port of its own, since v3 signatures cover the path. */
  url(system: string): string;
  system(name: string): SandboxSystem;
  seed(system: string, order: OrderSeed): void;
  fault(system: string, orderId: string, fault: Fault): void;
  happen(system: string, orderId: string, event: Pick<OrderEvent, 'name' | 'with'>): void;
  truth(system: string, orderId: string): OrderTruth | undefined;
  /** Sends one notification now, to the order's `notifyUrl`; rejects when it has none. It is not repeated. */
  notify(system: string, orderId: string, wish?: NoticeWish): Promise<Delivered>;
  log(filter?: { system?: string; orderId?: string }): readonly LogEntry[];
  money(filter?: { system?: string; orderId?: string }): readonly MoneyEntry[];
  /** While on, every connection to the system is reset: an outage of the whole gateway. */
  outage(system: string, on: boolean): void;
  /** How many new connections outages of the system have reset so far. Nothing was read of them: no log has them. */
  refused(system: string): number;
  stop(): Promise<void>;
}
