/** The rules of a run: the gateway's own, so many times as fast. */
import { rulesNameOf } from '../../src/demo/run.ts';
import { GATEWAYS, type GatewayName } from '../../src/stand/accounts.ts';
import { faster } from '../../src/stand/speed.ts';
import { rulesSection } from '../fleet/rules-section.ts';

/** The gateways' own; a deadline is not compressed, and a machine that is busy needs it. */
const CALL_TIMEOUT_MS = 5000;
/** Three times the gateways' own: cancels are held until the outage begins, and a busy machine starts few a second. */
const ACT_TIMEOUT_MS = 30_000;
const LATE_EXECUTION_MS = 500;

export function compressedRules(account: string, speed: number): Readonly<Record<string, unknown>> {
  const gateway: GatewayName | undefined = GATEWAYS.find((name) => name === account);
  if (gateway === undefined) throw new Error(`no rules for the account ${account}`);
  return {
    ...rulesSection(faster(rulesNameOf(gateway), speed, CALL_TIMEOUT_MS)),
    actTimeout: `${ACT_TIMEOUT_MS}ms`,
    actHorizon: `${ACT_TIMEOUT_MS + LATE_EXECUTION_MS}ms`,
  };
}
