/** What the handlers work with. */
import type { Client } from '@temporalio/client';
import type { ReversalClient } from '../client/contract.ts';
import type { NotificationDesk } from '../notifications/index.ts';
import type { ApiKey } from './keys.ts';
import type { LedgerSource } from './ledger.ts';

export interface ApiDeps {
  readonly temporal: Client;
  readonly reversals: ReversalClient;
  readonly ledger: LedgerSource;
  readonly keys: readonly ApiKey[];
  /** Requests a second of one key; of one address without a key. */
  readonly rateLimit: number;
  /** Proxies whose `X-Forwarded-For` tells the address of a caller. Default: none. */
  readonly trustProxy?: readonly string[];
  /** Those that workers serve: a request for another would never be answered. */
  readonly accounts: readonly { readonly provider: string; readonly account: string }[];
  /** Takes the gateways' notifications; none are taken without it. */
  readonly notifications?: NotificationDesk;
  /** Lines of JSON on stderr. Default: yes. */
  readonly log?: boolean;
}
