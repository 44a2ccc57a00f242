/** The rows and columns of the decision tables that a view, an answer and a refund stand in. */
import type { Answer } from './answer.ts';
import type { OrderView, RefundView } from './order-view.ts';
import type { AnswerKey, RefundKey, ViewKey } from './rules.ts';

export function viewKeyOf(view: OrderView): ViewKey {
  switch (view.kind) {
    case 'paid':
      return view.reversible === false ? 'finished' : 'paid';
    case 'settling':
      return ({ payment: 'settlingPayment', cancel: 'settlingCancel', refund: 'settlingRefund' } as const)[view.what];
    case 'faulty':
      return (
        { payment: 'faultyPayment', cancel: 'faultyCancel', refund: 'faultyRefund', status: 'faultyStatus' } as const
      )[view.in];
    default:
      return view.kind;
  }
}

export function answerKeyOf(answer: Answer | undefined): AnswerKey {
  if (answer === undefined) return 'unknown';
  switch (answer.kind) {
    case 'done':
      return answer.effect;
    case 'refused':
      return answer.why;
    case 'unknown':
      return answer.why === 'gatewayFault' || answer.why === 'limited' ? answer.why : 'unknown';
    case 'rejected':
      return ({ signature: 'rejectedSignature', request: 'rejectedRequest', config: 'rejectedConfig' } as const)[
        answer.why
      ];
    default:
      return answer.kind;
  }
}

export function refundKeyOf(view: RefundView): RefundKey {
  return view.kind;
}
