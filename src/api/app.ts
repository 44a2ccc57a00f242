/** The way in for services: HTTP over the typed client and the ledger. */
import { guard } from './access.ts';
import type { ApiDeps } from './deps.ts';
import { answerProblems } from './errors.ts';
import { takeJson } from './json-body.ts';
import { watchMethods } from './methods.ts';
import { describe } from './openapi.ts';
import { Rates } from './rates.ts';
import { routeClosures } from './routes/closures.ts';
import { routeFind } from './routes/find.ts';
import { routeHealth } from './routes/health.ts';
import { routeNotifications } from './routes/notifications.ts';
import { routeOperations } from './routes/operations.ts';
import { routeRecords } from './routes/records.ts';
import { routeReversals } from './routes/reversals.ts';
import { createServer, type Server } from './server.ts';
import { submitting } from './submit.ts';

/** The server, not listening yet. `close()` takes no new requests and finishes the ones under way. */
export async function createApi(deps: ApiDeps): Promise<Server> {
  const rates = new Rates(deps.rateLimit);
  const server = createServer(deps, rates);
  answerProblems(server);
  takeJson(server);
  guard(server, deps, rates);
  const refuseOtherMethods = watchMethods(server);
  await describe(server);
  const submit = submitting(deps);
  routeReversals(server, deps, submit);
  routeFind(server, deps);
  routeRecords(server, deps);
  routeOperations(server, deps);
  routeClosures(server, deps, submit);
  routeNotifications(server, deps.notifications, rates);
  routeHealth(server, deps);
  refuseOtherMethods();
  await server.ready();
  return server;
}
