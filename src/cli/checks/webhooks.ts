/** Where events go. Nothing is sent: a receiver that is asked for no reason would have to answer for it. */
import type { WebhookSettings } from '../../webhooks/settings.ts';
import { type Check, ok, warn } from './check.ts';

export function checkWebhooks(settings: WebhookSettings): Check {
  const name = 'webhooks';
  const { origin, protocol } = new URL(settings.url);
  const count = settings.secrets.length;
  const secrets =
    count === 1 ? 'one secret, well-formed' : `${count} secrets, well-formed: every event is signed with each`;
  if (protocol === 'https:') return ok(name, `${origin}; ${secrets}`);
  return warn(name, `${origin}; ${secrets}; what is sent can be read on the way: use https`);
}
