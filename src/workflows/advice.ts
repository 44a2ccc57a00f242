/** What a person does about each stuck reason: shown in the Web UI and printed into the documentation. */
import type { StuckReason } from '../reversal/outcome.ts';

export const ADVICE: Readonly<Record<StuckReason, string>> = {
  'window-over': "Refund by hand at the gateway's console, or let the account refund; then `resolve` or `resubmit`.",
  'not-allowed': 'Settle it with the gateway or the payer, then `resolve`.',
  'no-funds': 'Top up the balance: it is then tried again by itself, sooner with `resubmit`.',
  frozen: 'Ask the gateway why; `resubmit` when it is released, `resolve` when it is settled elsewhere.',
  finished: 'Pay the money back another way, or keep it; then `resolve`.',
  'partly-refunded': 'Find out what went back and to whom, give back the rest by hand, then `resolve`.',
  mismatch: 'Compare the order at the gateway with your own; correct what is wrong, then `resubmit` or `resolve`.',
  configuration: 'Mend keys, permissions or parameters; `resubmit` is faster than waiting.',
  contradiction: "Ask the gateway's support with the answers in the journal, then `resolve`.",
  'gateway-failed': 'Look at the payment channel itself; `resolve` with what it shows.',
  'gateway-busy': 'Wait, or ask the support; `resubmit` looks now.',
  'gateway-unsure': "Ask the gateway's support for the state of the order, then `resolve`.",
  unreachable: 'Check network and gateway; `resubmit` when it answers again.',
  'not-confirmed': 'Look in the console of the gateway whether the order exists; `resubmit`, or `resolve`.',
  refused: 'Read the codes of what was sent, ask the support, then `resubmit` or `resolve`.',
  'refund-failed': 'Read the code of the refund; `resubmit` sends the same refund number again, `resolve` settles it.',
  'refund-unknown-at-channel':
    "Ask the gateway's operator to end the refund that it shows as running, then `resubmit`; or pay back another way, then `resolve`.",
  'gave-up': 'Find out what keeps it from working; `resubmit` starts the tries anew.',
};
