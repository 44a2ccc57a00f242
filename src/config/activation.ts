/** The section of an account whose terminal is to be activated. */
import { z } from 'zod';
import { type ActivationAccount, activationAccount } from '../gateways/shouqianba/index.ts';
import { issuesOf } from './issues.ts';

const PROVIDER = 'shouqianba';
const shape = z.looseObject({ provider: z.string() });

/** @returns undefined when it cannot be used; why is added to `problems` */
export function checkActivation(name: string, section: unknown, problems: string[]): ActivationAccount | undefined {
  const path = ['accounts', name];
  if (section === undefined) {
    problems.push(
      `accounts.${name}: is not there; an activation needs its endpoint, deviceId, vendorSn, vendorKey, appId`,
    );
    return undefined;
  }
  const common = shape.safeParse(section);
  if (!common.success) {
    problems.push(...issuesOf(common.error, path));
    return undefined;
  }
  const { provider, rules: _, rateLimit: __, ...own } = common.data;
  if (provider !== PROVIDER) {
    problems.push(`accounts.${name}.provider: only terminals of ${PROVIDER} are activated`);
    return undefined;
  }
  const parsed = activationAccount.safeParse(own);
  if (!parsed.success) problems.push(...issuesOf(parsed.error, path));
  return parsed.data;
}
