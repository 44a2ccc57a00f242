/** The command line of `bench -- outage`. */
import { GATEWAYS, type GatewayName } from '../../src/stand/accounts.ts';
import { parsed } from '../command-line.ts';
import { positive } from '../fleet/positive.ts';

export interface OutageOptions {
  readonly gateways: readonly GatewayName[];
  /** Reversals of each gateway. */
  readonly count: number;
  /** How many times as fast as in production the rules run, and the outage with them. */
  readonly speed: number;
  /** Of the outage, before it is compressed. */
  readonly hours: number;
  /** Calls a second that each account is allowed; not compressed. */
  readonly rateLimit: number;
  readonly json: boolean;
}

export const HELP = `Usage: npm run bench -- outage [options]

A gateway resets every connection for the compressed equivalent of some hours, with reversals open in every phase. Tells
how many needed people, what was called meanwhile, and how long the rest took after its return. Stops by itself.

  --count <n>     reversals of each gateway (default 500)
  --gateway <g>   alipay-v3 or shouqianba, may be repeated (default both)
  --speed <n>     times as fast as in production, rules and outage alike (default 20: six hours are 18 minutes)
  --hours <n>     length of the outage before it is compressed (default 6)
  --rate <n>      calls a second that each account allows, not compressed (default 50)
  --json          one JSON object on stdout; progress goes to stderr either way
`;

const OFFERED: readonly GatewayName[] = ['alipay-v3', 'shouqianba'];

/** @returns undefined when help was asked for. @throws on anything that is not an option */
export function parseOutageOptions(args: readonly string[]): OutageOptions | undefined {
  const values = parsed(args, {
    count: { type: 'string', default: '500' },
    gateway: { type: 'string', multiple: true, default: [...OFFERED] },
    speed: { type: 'string', default: '20' },
    hours: { type: 'string', default: '6' },
    rate: { type: 'string', default: '50' },
  });
  if (values === undefined) return undefined;
  const strangers = values.gateway.filter((name) => !OFFERED.some((offered) => offered === name));
  if (strangers.length > 0) throw new Error(`--gateway ${strangers.join(', ')}: only ${OFFERED.join(', ')}`);
  return {
    gateways: GATEWAYS.filter((name) => values.gateway.includes(name)),
    count: positive('count', values.count),
    speed: positive('speed', values.speed),
    hours: positive('hours', values.hours),
    rateLimit: positive('rate', values.rate),
    json: values.json,
  };
}
