/** Replies to acts, in the words of the core. */
import type { Answer, AnswerBody } from '../../reversal/answer.ts';
import { ACT_CODES, CANCEL_ACTIONS, FUND_CHANGES, rowOf, SUCCEEDED } from './codes.ts';
import { type Members, textOf } from './envelope.ts';
import { type Asked, isAboutAnother, namesOrder, read, tellsAny } from './reading.ts';
import { CERTIFICATE_ROTATED, type Reply } from './reply.ts';
import { minorUnits } from './values.ts';

type Act = keyof typeof ACT_CODES;

/** What a success of each act did. */
const EFFECTS: Readonly<Record<Act, (members: Members) => AnswerBody>> = {
  cancel: (members) => rowOf(CANCEL_ACTIONS, textOf(members, 'action') ?? '') ?? SUCCEEDED,
  close: () => ({ kind: 'done', effect: 'closed' }),
  refund(members) {
    const change = rowOf(FUND_CHANGES, textOf(members, 'fund_change') ?? '') ?? SUCCEEDED;
    // All that was given back of this trade is nothing: whatever changed, it is not that money went back.
    return minorUnits(textOf(members, 'refund_fee') ?? '') === 0 ? SUCCEEDED : change;
  },
};

/** Reads the answer to `alipay.trade.cancel`, `.close` or `.refund` (specification 5 and 6). */
export function answerOf(act: Act, reply: Reply, asked: Asked): Answer {
  const { evidence } = reply;
  const trust = reply.kind === 'answered' ? reply.trust : undefined;
  const gatewayId = reply.kind === 'answered' && trust === 'signed' ? textOf(reply.members, 'trade_no') : undefined;
  const flag = act === 'cancel' ? retryFlagOf(reply, asked) : undefined;
  const body = flag === 'Y' ? { kind: 'again' as const } : bodyOf(act, reply, asked);
  if (body.kind === 'notSent') return { ...body, evidence };
  // Beside a success it says no more than that the cancel stands.
  const stops = flag === 'N' && reply.kind === 'answered' && !reply.ok ? ({ noRepeat: true } as const) : undefined;
  if (body.kind === 'unknown') return { ...body, ...stops, evidence };
  return {
    ...body,
    ...stops,
    ...(trust === 'signed' ? {} : { hint: true }),
    ...(gatewayId === undefined || body.kind === 'rejected' ? {} : { gatewayId }),
    evidence,
  };
}

/** 5.4, rule 2: `Y` means unfinished whatever the code says, a success included. */
function retryFlagOf(reply: Reply, asked: Asked): string | undefined {
  if (reply.kind !== 'answered' || reply.trust === 'none' || isAboutAnother(reply.members, asked)) return undefined;
  return textOf(reply.members, 'retry_flag');
}

function bodyOf(act: Act, reply: Reply, asked: Asked): AnswerBody {
  const reading = read(reply, asked);
  switch (reading.kind) {
    case 'success':
      // A look's answer in an act's place would say that a cancel found nothing.
      return namesOrder(reading.members, asked) && !tellsAny(reading.members, ['trade_status', 'refund_status'])
        ? EFFECTS[act](reading.members)
        : { kind: 'unknown', why: 'unreadable' };
    case 'rejected':
      return reading;
    case 'locked':
      // The act was answered and so may well have been executed; "rejected" would deny that. The look that must follow
      // meets the same certificate or encryption, and reports the configuration error.
      return { kind: 'unknown', why: reading.code === CERTIFICATE_ROTATED ? 'forged' : 'unreadable' };
    case 'unknown':
      return reading.why === 'notSent'
        ? { kind: 'notSent', why: networkReason(reply) }
        : { ...reading, why: reading.why };
    case 'business': {
      const row = rowOf(ACT_CODES[act], reading.key) ?? { kind: 'refused', why: 'unclear' };
      return row.kind === 'unknown' ? row : { ...row, code: reading.code };
    }
  }
}

function networkReason(reply: Reply): string {
  return reply.evidence.network ?? 'not sent';
}
