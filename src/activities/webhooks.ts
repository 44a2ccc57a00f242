/** What the worker of the webhooks does: reads what is due, sends it, and writes down what became of it. */
import { Context, heartbeat } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { z } from 'zod';
import type { Ledger } from '../ledger/index.ts';
import type { DueEvent, WebhookActivities } from '../protocol/webhooks.ts';
import type { OrderKey } from '../reversal/request.ts';
import { webhookEvent } from '../webhooks/event.ts';
import { type Posted, post } from '../webhooks/post.ts';
import type { WebhookSettings } from '../webhooks/settings.ts';
import { startDelivery } from './start-delivery.ts';

const PAGE = 100;
/** Older ones should long be under way. */
const LATE_MS = 10 * 60_000;
const GONE = 410;

/** What another version wrote may have more, or less: only its own delivery fails then. */
const named = z.looseObject({ id: z.string() });

/** The receiver's wish, or twice the pause before; shaken, so that many that failed together do not come together. */
function pauseBefore(attempt: number, { backOff }: WebhookSettings, wish = 0): number {
  const own = Math.min(backOff.firstMs * 2 ** (attempt - 1), backOff.maxMs);
  return Math.ceil(Math.min(Math.max(own, wish), backOff.maxMs) * (0.8 + 0.4 * Math.random()));
}

/** Undefined: accepted. Redirects are not followed, so they are failures like any other. */
function problemOf(posted: Posted): string | undefined {
  if (posted.kind === 'failure') return posted.why;
  return posted.status >= 200 && posted.status <= 299 ? undefined : `HTTP ${posted.status}`;
}

function failureOf(problem: string, posted: Posted, settings: WebhookSettings): ApplicationFailure {
  const { status, retryAfterMs } = posted.kind === 'status' ? posted : {};
  return ApplicationFailure.create({
    message: problem,
    type: 'NotAccepted',
    // The receiver does not want it any more; everything else may pass, a wrong 404 or 401 too.
    nonRetryable: status === GONE,
    nextRetryDelay: pauseBefore(Context.current().info.attempt, settings, retryAfterMs),
    // A receiver that is down for days is no fault of this worker: it stands on the workflow's page, not in every log.
    category: ApplicationFailureCategory.BENIGN,
  });
}

export function createWebhooks(ledger: Ledger, settings: WebhookSettings): WebhookActivities {
  return {
    async dueEvents({ again, ...order }) {
      if (again === true) await ledger.dueAgain(order);
      const events = await ledger.dueEvents(order, PAGE);
      const { timeoutMs, retryForMs, backOff } = settings;
      const names = events.map(({ id, type, body }) => ({ id, name: `${type} ${named.parse(body).id}` }));
      return { events: names, more: events.length === PAGE, timeoutMs, retryForMs, backOff };
    },

    async deliver({ id }: DueEvent) {
      const { cancellationSignal, info } = Context.current();
      const event = await ledger.dueEvent(id);
      // An earlier try was accepted and written down, and its worker died before it could say so.
      if (event === undefined) return;
      const posted = await post(settings, webhookEvent.parse(event.body), cancellationSignal);
      const problem = problemOf(posted);
      const tried = { id, at: Date.now(), attempts: info.attempt };
      await ledger.triedEvent(problem === undefined ? tried : { ...tried, problem });
      if (problem !== undefined) throw failureOf(problem, posted, settings);
    },

    async giveUp({ id }) {
      return (await ledger.giveUpEvent(id, Date.now())) ?? 'no try came to an end';
    },

    async resumeDeliveries() {
      const { client } = Context.current();
      const before = Date.now() - LATE_MS;
      const waiting = new Set<string>();
      for (let after = 0; ; ) {
        const page = await ledger.lateEvents(before, after, PAGE);
        for (const { provider, account, orderId } of page) {
          const order: OrderKey = { provider, account, orderId };
          const name = JSON.stringify(order);
          if (!waiting.has(name)) await startDelivery(client, order);
          waiting.add(name);
        }
        heartbeat();
        const last = page.at(-1);
        if (last === undefined) return { waiting: waiting.size };
        after = last.id;
      }
    },
  };
}
