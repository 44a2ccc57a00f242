/** What people send to one running reversal. */
import type { z } from 'zod';
import { operatorMessage, orderKey, rescheduleMessage, resolveMessage, reversal } from '../contract.ts';
import type { ApiDeps } from '../deps.ts';
import type { ApiKey } from '../keys.ts';
import { problems } from '../openapi.ts';
import { operate } from '../operate.ts';
import type { Server } from '../server.ts';

/** The operator's name is the caller's word; the key's name is not. */
export function signed<Message extends { readonly operator: string }>(message: Message, caller: ApiKey | undefined) {
  return { ...message, operator: `${message.operator} (key ${caller?.name ?? 'none'})` };
}

const schemaOf = <Body extends z.ZodType>(operationId: string, summary: string, body: Body) => ({
  tags: ['operations'],
  operationId,
  summary,
  params: orderKey,
  body,
  response: {
    200: reversal.describe('The state that it led to; a call in flight is finished first.'),
    ...problems(404, 409, 413, 415, 504),
  },
});

const ASKS = {
  resubmit: 'Try again from a fresh look, with all tries anew',
  hold: 'Send nothing more until `release`; looks, watch and record go on',
  release: 'Go on after `hold`, from a fresh look',
  note: 'Write a note into the journal',
} as const;

export function routeOperations(server: Server, deps: ApiDeps): void {
  const { reversals } = deps;
  const config = { access: 'operate' } as const;
  const path = (name: string) => `/v1/reversals/:provider/:account/:orderId/${name}`;

  for (const name of ['resubmit', 'hold', 'release', 'note'] as const) {
    server.post(
      path(name),
      { config, schema: schemaOf(name, ASKS[name], operatorMessage) },
      async ({ params, body, caller }) => operate(deps, params, () => reversals[name](params, signed(body, caller))),
    );
  }
  server.post(
    path('reschedule'),
    {
      config,
      schema: schemaOf('reschedule', 'Move a closure that has sent nothing yet, earlier or later', rescheduleMessage),
    },
    async ({ params, body, caller }) => operate(deps, params, () => reversals.reschedule(params, signed(body, caller))),
  );
  server.post(
    path('resolve'),
    {
      config,
      schema: schemaOf(
        'resolve',
        'End it by what a person found out and settled elsewhere. It looks first, and refuses what the gateway contradicts',
        resolveMessage,
      ),
    },
    async ({ params, body, caller }) => operate(deps, params, () => reversals.resolve(params, signed(body, caller))),
  );
}
