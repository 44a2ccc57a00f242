/**
 * DaxPay with the channels behind it, in three wire profiles: `daxpay-c` (2.0.8), `daxpay-e` (3.0.0), `daxpay-f`
 * ("DaxPay Open" 1.0). Every order has two sides that can disagree: DaxPay's row and the channel's trade; a truth's
 * state is `local/channel`, say `progress/paid`. Operations: `query`, `close`, `cancel` (in E and F: close with
 * `useCancel`), `sync`, `refund`, `refundQuery` (the sync of a refund counts as one).
 *
 * States: `absent`; local `progress` `success` `close` `cancel` `fail`, in E also `wait`; F writes `processing` for
 * `progress` and `init` for `wait`. Channel: `not_exist` `unpaid` `paid` `closed` `refunded`.
 *
 * Flags (flags.ts has the defaults): `channel` `method` `allocated` `channelState` `refundStatus` `refundedAmount` `paidBefore`
 * `title` `description` `orderNo` `outOrderNo`; refunds: `refundFails` `refundFailTimes` `refundErrorText`
 * `refundChannelPaid` `refundPending`; the payer: `payDuring` `payDuringWhen` `payDuringCallback` `callbackMs`; time:
 * `lag` `lockLeaseMs` `lockWaitMs` `repairLockMs` `channelLatencyMs` `channelTimeoutMs` `databaseMs` `validMs`
 * `refundSyncMs`.
 *
 * Events:
 * - `pay` (the callback reaches DaxPay), `payWithoutCallback`; both with `force` for a trade that is closed
 * - `callback` (of a payment made before)
 * - `create` (an absent order: row and trade; else the trade only: somebody scanned the code), `createAndPay`
 * - `expire` (with `job`: whether the expiry job runs too; in C it is off as shipped)
 * - `channelClose` (behind DaxPay's back)
 * - `refundElsewhere`, `partialRefund` (with `amount`); both with `known` false when DaxPay does not learn of it
 * - `settleRefund` (what is `progress` goes through; with `result` `fail`, it does not)
 *
 * Business faults:
 * - any five-digit code, with `msg`: the outer code, unsigned except where E and F raise it in the controller
 * - `dataCode1` with `msg` (C: `data.code` 1; E, F: code 1), `nullMsg` (the system error without a text)
 * - `wrongSignature`, `noSignature`, `otherOrder`, `seedBody` (as the documentation prints it): executed
 * - `springError500`: no envelope at all; `checksOff`: neither signature nor time are looked at
 * - `busy` with `ms`: checked after that, when it may be too old; `hang` with `ms`: then the system error, or with `execute`
 *   the call itself; `databaseDown` with `ms`
 * - the channel: `channelDown` (`execute`: it did what it was asked), `channelRefuses` with `msg`, `slowChannel` with
 *   `ms` (beyond `channelTimeoutMs` DaxPay gives up and the channel goes on)
 */
import type { SystemFactory } from '../contract.ts';
import { profileC } from './profiles/c.ts';
import { profileE } from './profiles/e.ts';
import { profileF } from './profiles/f.ts';
import { createDaxpay } from './system.ts';
import { signerC, signerE, signerF } from './wire/signer.ts';

/** Tag 2.0.8, which the seeds describe and the recorded exchanges were made with. */
export const daxpayC: SystemFactory = (host) => createDaxpay(profileC, signerC(), host);
/** Tag 3.0.0. */
export const daxpayE: SystemFactory = (host) => createDaxpay(profileE, signerE(), host);
/** "DaxPay Open" 1.0. */
export const daxpayF: SystemFactory = (host) => createDaxpay(profileF, signerF(), host);
