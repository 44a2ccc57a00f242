/** Everything that a worker does for its workflows. */

import type { ReversalActivities } from '../protocol/activities.ts';
import { createActs } from './act.ts';
import type { ActivityDeps } from './deps.ts';
import { createFindOrder } from './find-order.ts';
import { createLooks } from './look.ts';
import { checkedRequest, createOpenCase, createOpenCaseWhereServed } from './open-case.ts';
import { createRecord } from './record.ts';
import { createRotateKeys } from './rotate-keys.ts';
import { createServerClock } from './server-clock.ts';

export { createAudit } from './audit.ts';
export type { ActivityDeps } from './deps.ts';
export { createOperations } from './operations.ts';
export { createSweep, type Overdue } from './sweep.ts';
export { createWebhooks } from './webhooks.ts';

/** The activities over opened accounts and an opened ledger. */
export function createActivities(deps: ActivityDeps): ReversalActivities {
  const clock = createServerClock();
  return {
    openCase: createOpenCase(deps, clock),
    openCaseWhereServed: createOpenCaseWhereServed(deps, clock),
    ...createLooks(deps, clock),
    ...createActs(deps, clock),
    record: createRecord(deps),
    findOrder: createFindOrder(deps),
    checkRequest: async (input, now) => checkedRequest(input, now),
    rotateKeys: createRotateKeys(deps),
  };
}
