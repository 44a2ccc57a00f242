/** The way in for services: HTTP over the typed client and the ledger. */
import { guard } from './access.ts';
import type { ApiDeps } from './deps.ts';
import { answerProblems } from './errors.ts';
import { describe } from './openapi.ts';
import { routeClosures } from './routes/closures.ts';
import { routeHealth } from './routes/health.ts';
import { routeNotifications } from './routes/notifications.ts';
import { routeOperations } from './routes/operations.ts';
import { routeRecords } from './routes/records.ts';
import { routeReversals } from './routes/reversals.ts';
import { createServer, type Server } from './server.ts';
import { submitting } from './submit.ts';

/** The server, not listening yet. `close()` takes no new requests and finishes the ones under way. */
export async function createApi(deps: ApiDeps): Promise<Server> {
  const server = createServer(deps.log ?? true);
  answerProblems(server);
  await guard(server, deps);
  await describe(server);
  const submit = submitting(deps);
  routeReversals(server, deps, submit);
  routeRecords(server, deps);
  routeOperations(server, deps);
  routeClosures(server, deps, submit);
  routeNotifications(server, deps.notifications);
  routeHealth(server, deps);
  await server.ready();
  return server;
}
