/** What became of an account's notifications since the process started. Plain numbers, for an API to show. */
import type { Refusal } from '../gateways/notification.ts';

/** What an accepted or postponed notification led to. */
export type Effect =
  /** A running reversal looks. */
  | 'woken'
  /** The reversal had ended, or had no workflow any more: it was started again and looks. */
  | 'restarted'
  /** It had ended, and the notification tells nothing that its end does not say. */
  | 'nothingNew'
  /** A person has settled or stopped it: what follows is for people. */
  | 'leftToPeople'
  /** No order that Unwind was ever asked about. */
  | 'unheardOf'
  /** Temporal or the ledger did not answer in time: the gateway is asked to send it again. */
  | 'again';

export interface NotificationCounts {
  readonly effects: Record<Effect, number>;
  readonly refused: Record<Refusal, number>;
}

export function newCounts(): NotificationCounts {
  return {
    effects: { woken: 0, restarted: 0, nothingNew: 0, leftToPeople: 0, unheardOf: 0, again: 0 },
    refused: { signature: 0, unreadable: 0, otherMerchant: 0 },
  };
}
