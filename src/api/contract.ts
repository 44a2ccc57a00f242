/** What goes in and out over HTTP, as zod schemas: they check, and the OpenAPI document is made from them. */
import { z } from 'zod';
import { MAX_PAGE } from '../ledger/page.ts';
import { duration } from '../lib/duration.ts';
import { LONGEST_ORDER_NUMBER, orderNumberPattern, orderNumberWords } from '../reversal/order-number.ts';
import { FINAL_ACTIONS, STUCK_REASONS, type StuckReason } from '../reversal/outcome.ts';
import { STATUSES } from '../reversal/status.ts';

const MONEY_RULE =
  'What may be told to the payer or the cashier now. **Absent: nothing may be told yet.** No verdict is never ' +
  '"not paid", and never "paid": ask again. `not_paid` comes before the end: a payment that shows up after it is ' +
  'given back.';

export const isStuckReason = (value: unknown): value is StuckReason =>
  typeof value === 'string' && Object.hasOwn(STUCK_REASONS, value);
const stuckReason = z
  .custom<StuckReason>(isStuckReason, `must be one of ${Object.keys(STUCK_REASONS).join(', ')}`)
  .meta({ type: 'string', enum: Object.keys(STUCK_REASONS) });

/** An instant in answers. */
const at = z.string().meta({ format: 'date-time' });
/** The database has no year 0, and reads no year of five digits. */
const [FIRST_YEAR, LAST_YEAR] = [1970, 9999];
/** An instant in requests, as epoch milliseconds inside. */
const instant = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 instant with a zone, such as 2026-11-20T03:36:00Z' })
  .transform((value) => Date.parse(value))
  .refine((ms) => ms >= Date.UTC(FIRST_YEAR, 0) && ms < Date.UTC(LAST_YEAR + 1, 0), {
    error: `must be an instant of the years ${FIRST_YEAR} to ${LAST_YEAR}, in UTC`,
  });

/** Names of the configuration. Of ASCII, since the workflow id has them percent-encoded and may have 1000 bytes. */
const name = (max: number) =>
  z.string().regex(new RegExp(`^[!-~]{1,${max}}$`), `must be 1 to ${max} printable ASCII characters without blanks`);

const key = {
  provider: name(32).describe('The gateway: `alipay`, `shouqianba`, `daxpay`.'),
  account: name(64).describe('A name in the configuration of the workers.'),
  orderId: z
    .string()
    .regex(orderNumberPattern(LONGEST_ORDER_NUMBER), orderNumberWords(LONGEST_ORDER_NUMBER))
    .describe("The merchant's own number of the order."),
};

/** In paths each part is percent-encoded. */
export const orderKey = z.object(key);

/** By the gateway's own number. */
export const findBody = z
  .strictObject({
    provider: key.provider,
    account: key.account,
    gatewayId: name(100).describe("The gateway's own number: `trade_no`, `sn`, DaxPay's `orderNo`."),
  })
  .meta({ id: 'FindRequest' });

export const foundOrder = z
  .object({
    ...key,
    amount: z.int().describe('In minor units, as the gateway has it.'),
    currency: z.string(),
    gatewayId: z.string(),
    view: z.string().describe('What the look showed. It is no verdict.'),
  })
  .meta({ id: 'FoundOrder' });

export const reversal = z
  .object({
    ...key,
    self: z.string().describe('Where to look again.'),
    status: z
      .enum([...STATUSES, 'unattended'])
      .describe(
        '`unserved`: no worker knows its account, nothing is looked at or sent until one does. `scheduled`: a closure ' +
          'that is not due. `checking`: looking, nothing sent. `reversing`: a call was sent, no look has confirmed it. ' +
          '`watching`: nothing found yet; a payment that shows up is kept or reversed as the request says, and always ' +
          'reversed once `not_paid` was told. `held`: by an operator. ' +
          '`unreachable`: no look succeeds at present. `stuck`: waiting for an operator. `final`. `abandoned`: stopped on ' +
          'request, nothing concluded. `unattended`: its workflow was ended from outside, nothing is concluded and ' +
          'nobody looks: POST the order again.',
      ),
    verdict: z
      .enum([...FINAL_ACTIONS, 'not_paid'])
      .exactOptional()
      .describe(MONEY_RULE),
    finalAction: z.enum(FINAL_ACTIONS).exactOptional().describe('What was recorded in the end. Absent: no end yet.'),
    stuckReason: stuckReason.exactOptional(),
    rule: z
      .string()
      .exactOptional()
      .describe('The rule that decided: page and anchor in `docs/decisions`, such as `alipay#before.reverse.paid`.'),
    view: z.string().exactOptional().describe('What the last look at the order showed.'),
    lookedAt: at.exactOptional(),
    lookFailure: z
      .string()
      .exactOptional()
      .describe('Why the last look told nothing: the cause in one word, and what the gateway said.'),
    failure: z
      .string()
      .exactOptional()
      .describe('With `unattended`: why its workflow ended, and what to do. Nothing is done by itself.'),
    nextStepAt: at.exactOptional(),
    acts: z.int().exactOptional().describe('How many cancels, closes, revokes and refunds were sent, of all runs.'),
    latePayment: z.boolean().exactOptional().describe('The payment showed up after nothing had been found.'),
    source: z
      .enum(['worker', 'ledger', 'server'])
      .describe(
        'Who says so. `worker`: asked just now. `ledger`: the recorded end. `server`: what Temporal itself has; no ' +
          'worker has answered, so `status` may be some seconds old and there is no verdict unless it has ended.',
      ),
  })
  .meta({ id: 'Reversal' });
export type Reversal = z.infer<typeof reversal>;

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), detail: z.string() })).exactOptional(),
    reversal: reversal.exactOptional().describe('How it ended, when that is why.'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457. `type` is what programs go by.' });

const MAX_WAIT_MS = 30_000;

export const submitQuery = z.strictObject({
  wait: duration
    .refine((ms) => ms <= MAX_WAIT_MS, 'must be 30s at most')
    .default(2000)
    .describe('How long to wait for a verdict, such as `2s`; `0s`: do not wait. At most `30s`.')
    .meta({ type: 'string', pattern: '^([0-9]+(ms|s|m|h|d))+$', default: '2s' }),
});

/** Text that JSON, the database and a terminal take as it is: no control characters but line ends and tabs. */
const CONTROLS = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f';
/** By ranges and not by names of classes, which readers of the document in other languages do not know. */
const CLEAN = new RegExp(`^[^${CONTROLS}\\ud800-\\udfff]*$`, 'u');
const text = (max: number) =>
  z.string().trim().min(1).max(max).regex(CLEAN, 'must not hold control characters or broken surrogates');
const who = {
  operator: text(200).describe("Who does it. The journal adds the key's name."),
  reason: text(500),
};
export const operatorMessage = z.strictObject(who).meta({ id: 'OperatorMessage' });
export const rescheduleMessage = z
  .strictObject({
    ...who,
    dueAt: z.iso.datetime({ offset: true }).describe('When the order is to be closed.'),
  })
  .meta({ id: 'RescheduleMessage' });
export const resolveMessage = z
  .strictObject({
    operator: who.operator,
    finalAction: z.enum(['kept', 'closed', 'refunded', 'nothing_to_reverse']),
    evidence: text(500).describe("A case number, the words of the gateway's support, a line of the console."),
    elsewhere: z.boolean().exactOptional().describe('The money went back outside this gateway.'),
    unseen: z
      .boolean()
      .exactOptional()
      .describe('Decide although the gateway cannot be asked now, or still works on the order.'),
  })
  .meta({ id: 'ResolveMessage' });

/** Digits of a query as a number. `1e2` and `0x10`, which `Number` takes, are no numbers here. */
const digits = (min: number, max: number, error: string) =>
  z
    .custom<string>((value) => typeof value === 'string' && /^(0|[1-9]\d{0,15})$/.test(value), error)
    .transform(Number)
    .refine((number) => number >= min && number <= max, { error });

const DEFAULT_PAGE = 100;
const limit = digits(1, MAX_PAGE, `must be a whole number from 1 to ${MAX_PAGE}`)
  .default(DEFAULT_PAGE)
  .meta({ type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE });
/** Anything else is refused: a misspelt filter must not give a list that looks complete. */
export const listQuery = z.strictObject({
  status: z.enum(STATUSES).optional(),
  stuckReason: stuckReason.optional(),
  finalAction: z.enum(FINAL_ACTIONS).optional(),
  provider: key.provider.optional(),
  account: key.account.optional(),
  open: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional()
    .describe('`true`: only those without a recorded end.'),
  updatedSince: instant.optional(),
  settledSince: instant.optional(),
  limit,
  after: z.string().max(1000).optional().describe('`next` of the page before.'),
  causes: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional()
    .describe('`true`: ask the server, for at most two seconds, why those that are open do not get on.'),
});

export const closuresQuery = z.strictObject({
  provider: key.provider.optional(),
  account: key.account.optional(),
  limit,
  after: z.string().max(4000).optional().describe('`next` of the page before.'),
});

/** The row of the ledger. Its words may be of another version of this program, so they are not checked again. */
export const row = z
  .object({
    ...key,
    orderId: z.string(),
    self: z.string(),
    workflowId: z.string(),
    status: z.string(),
    statusSince: at,
    open: z.boolean().describe('No end is recorded, or a newer run took the order over.'),
    finalAction: z.string().exactOptional().describe('While `open`: how an earlier run ended, not this one.'),
    by: z.string().exactOptional(),
    stuckReason: z.string().exactOptional(),
    told: z.string().exactOptional().describe('The last verdict that callers could see.'),
    sawPaid: z.boolean(),
    latePayment: z.boolean(),
    amount: z.int().exactOptional().describe('In minor units.'),
    currency: z.string().exactOptional(),
    openedAt: at,
    updatedAt: at,
    settledAt: at.exactOptional().describe('When its last run ended: with a `finalAction`, or as `abandoned`.'),
    failure: z
      .string()
      .exactOptional()
      .describe('With `causes`: its workflow ended without a conclusion, or is not there: how, and what to do.'),
    waitsFor: z.string().exactOptional().describe('With `causes`: a worker, or one that has its account.'),
    lookFailure: z.string().exactOptional().describe('With `causes`: why the last look told nothing.'),
  })
  .meta({ id: 'RecordedReversal' });
export type Row = z.infer<typeof row>;

const next = z.string().exactOptional().describe('Gives the next page as `after`. Absent: this was the last one.');
export const page = z.object({ reversals: z.array(row), next }).meta({ id: 'Page' });
export const closuresPage = z.object({ closures: z.array(reversal), next }).meta({ id: 'ClosuresPage' });

export const recordQuery = z.strictObject({ limit });
/** The place of the last item, as the ledger numbers them: `seq` of a call is an integer there, a line's id is not. */
const itemsQuery = (last: number) =>
  z.strictObject({
    limit,
    after: digits(0, last, 'must be the `next` of the page before')
      .optional()
      .meta({ type: 'integer', minimum: 0, maximum: last, description: '`next` of the page before.' }),
  });
export const actsQuery = itemsQuery(2 ** 31 - 1);
export const journalQuery = itemsQuery(Number.MAX_SAFE_INTEGER);

const total = z.int().describe('How many there are of the order in all.');
const act = z.object({
  seq: z.int(),
  verb: z.string(),
  sentAt: at,
  answer: z.unknown().optional().describe('Absent or `unknown`: it may have been executed.'),
  answeredAt: at.exactOptional(),
  refundNo: z.string().exactOptional(),
  amount: z.int().exactOptional(),
});
export const actsPage = z.object({ items: z.array(act), total, next }).meta({ id: 'ActsPage' });
const entry = z.object({ at, kind: z.string(), body: z.unknown() });
export const journalPage = z.object({ items: z.array(entry), total, next }).meta({ id: 'JournalPage' });

export const record = z
  .object({
    reversal: row.extend({
      request: z.unknown().optional().describe('The request, with what joined it.'),
      detail: z.unknown().optional().describe('What proves the end. Absent: no end is recorded.'),
    }),
    acts: actsPage.describe('The newest calls, newest first. `next` is for `…/record/acts`.'),
    journal: journalPage.describe('The newest lines, newest first. `next` is for `…/record/journal`.'),
  })
  .meta({ id: 'Record' });

const count = z.int().min(0);
/** By effect and by reason: the words of `src/notifications/counts.ts` and `src/gateways/notification.ts`. */
export const notificationCounts = z
  .record(
    z.string(),
    z.object({
      effects: z.record(z.string(), count).describe('What the verified ones led to.'),
      refused: z.record(z.string(), count).describe('Those that were refused, by reason.'),
    }),
  )
  .meta({ id: 'NotificationCounts' });

export const readiness = z
  .object({
    status: z.enum(['ready', 'degraded', 'not-ready']),
    temporal: z.enum(['up', 'down']),
    ledger: z.enum(['up', 'down']),
    workers: z
      .record(z.string(), at.nullable())
      .describe('By gateway: when a worker last asked for work. A waiting one asks once a minute.'),
  })
  .meta({ id: 'Readiness' });
