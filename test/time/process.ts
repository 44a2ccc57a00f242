/**
 * A process of its own, in whatever zone and with whatever clock it was started: looks at one order through every
 * gateway's client, and computes what windows say. What it prints must not depend on the zone.
 */
import { z } from 'zod';
import { openAccount } from '../../src/gateways/accounts.ts';
import { alipay } from '../../src/gateways/alipay/index.ts';
import { beijingEpoch, beijingTime } from '../../src/gateways/alipay/values.ts';
import { daxpay } from '../../src/gateways/daxpay/index.ts';
import { wallClock } from '../../src/gateways/daxpay/units.ts';
import type { GatewayModule } from '../../src/gateways/module.ts';
import { RULES } from '../../src/gateways/rules.ts';
import { shouqianba } from '../../src/gateways/shouqianba/index.ts';
import { parseRequest } from '../../src/reversal/request.ts';
import { isInWindow } from '../../src/reversal/verbs.ts';

const setup = z
  .object({
    gateways: z.array(
      z.object({
        name: z.string(),
        /** Of a configuration, with its endpoint. */
        section: z.looseObject({ provider: z.string() }),
        credentials: z.record(z.string(), z.string()),
        terminalKey: z.string().exactOptional(),
      }),
    ),
    order: z.object({ orderId: z.string(), amount: z.number(), currency: z.string() }),
    instants: z.array(z.number()),
  })
  .parse(JSON.parse(process.env.TIME_SETUP ?? '{}'));

export type TimeSetup = typeof setup;

type Setup = TimeSetup['gateways'][number];

function opened<Account>(module: GatewayModule<Account>, { name, section, credentials }: Setup) {
  const { provider: _, ...own } = section;
  const deps = {
    secret: (ref: { env: string } | { file: string }) => ('env' in ref ? (credentials[ref.env] ?? '') : ''),
    now: Date.now,
    terminalKeys: { load: async () => undefined, replace: async () => false },
  };
  return openAccount({ module, name, account: module.account.parse(own), deps }).gateway;
}

function gatewayOf(each: Setup) {
  if (each.section.provider === 'alipay') return opened(alipay, each);
  return each.section.provider === 'daxpay' ? opened(daxpay, each) : opened(shouqianba, each);
}

async function viewOf(each: Setup) {
  const view = await gatewayOf(each).look(setup.order, { timeoutMs: 20_000 });
  // When it was signed differs from one look to the next.
  const { evidence: _, signedAt: __, ...facts } = view;
  return [each.name, facts] as const;
}

const windows = Object.values(RULES).flatMap(({ windows: of }) => Object.values(of));
const written = new Date(setup.instants[0] ?? 0).toISOString();

process.stdout.write(
  JSON.stringify({
    views: Object.fromEntries(await Promise.all(setup.gateways.map(viewOf))),
    windows: setup.instants.map((now, at) => windows.map((window) => isInWindow(window, setup.instants[at - 1], now))),
    alipay: setup.instants.map((now) => [beijingTime(now), beijingEpoch(beijingTime(now))]),
    daxpay: setup.instants.map((now) => {
      const text = String(wallClock.write(now, 8));
      return [text, wallClock.read(text, 8), wallClock.read(text.replace(' ', 'T'), 8) ?? null];
    }),
    request: parseRequest({
      ...{ provider: 'alipay', account: 'a', reason: 'void' },
      ...setup.order,
      attemptedAt: written,
    }),
    // Last, so that a zone that was not taken over cannot pass for one that makes no difference.
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    hour: new Date(0).getHours(),
    clock: Date.now(),
  }),
);
