/** What the ledger has of one order. A reversal that is tried for a month has tens of thousands of lines: pages. */
import type { LedgerReader } from '../../ledger/index.ts';
import { MAX_PAGE, type PageOf, type PageQuery } from '../../ledger/page.ts';
import type { OrderKey } from '../../reversal/request.ts';
import { actsPage, actsQuery, journalPage, journalQuery, orderKey, record, recordQuery } from '../contract.ts';
import type { ApiDeps } from '../deps.ts';
import { problems } from '../openapi.ts';
import { unknownOrder } from '../operate.ts';
import { actsPageOf, journalPageOf, recordOf } from '../resource.ts';
import type { Server } from '../server.ts';

const PAGES = `Newest first, in pages of up to ${MAX_PAGE}: \`next\` of one gives the next as \`after\`.`;

export function routeRecords(server: Server, deps: ApiDeps): void {
  const tags = ['reversals'];
  server.get(
    '/v1/reversals/:provider/:account/:orderId/record',
    {
      config: { access: 'view' },
      schema: {
        tags,
        operationId: 'getRecord',
        summary:
          'What the ledger has of an order: its row, and the newest of the calls that were sent and of the journal',
        description: 'Each with how many there are in all; `next` gives the earlier ones.',
        params: orderKey,
        querystring: recordQuery,
        response: { 200: record, ...problems(404) },
      },
    },
    async ({ params, query: { limit } }) => {
      const newest: PageQuery = { from: 'newest', limit };
      const { row, acts, journal } = await deps.ledger.ask(async (ledger) => ({
        row: await ledger.reversal(params),
        acts: await ledger.acts(params, newest),
        journal: await ledger.journal(params, newest),
      }));
      if (row === undefined) throw unknownOrder(params);
      return recordOf(row, acts, journal);
    },
  );

  server.get(
    '/v1/reversals/:provider/:account/:orderId/record/acts',
    {
      config: { access: 'view' },
      schema: {
        tags,
        operationId: 'getActs',
        summary: 'Every call that was sent for an order, of all runs',
        description: PAGES,
        params: orderKey,
        querystring: actsQuery,
        response: { 200: actsPage, ...problems(404) },
      },
    },
    async ({ params, query }) => actsPageOf(await known(deps, params, (ledger) => ledger.acts(params, newest(query)))),
  );

  server.get(
    '/v1/reversals/:provider/:account/:orderId/record/journal',
    {
      config: { access: 'view' },
      schema: {
        tags,
        operationId: 'getJournal',
        summary: 'The journal of an order, of all runs',
        description: PAGES,
        params: orderKey,
        querystring: journalQuery,
        response: { 200: journalPage, ...problems(404) },
      },
    },
    async ({ params, query }) =>
      journalPageOf(await known(deps, params, (ledger) => ledger.journal(params, newest(query)))),
  );
}

function newest({ limit, after }: { readonly limit: number; readonly after?: number | undefined }): PageQuery {
  return { from: 'newest', limit, ...(after !== undefined && { after }) };
}

/** @throws Problem `unknown-order`: an empty page would say that nothing was sent */
async function known<Item>(
  deps: ApiDeps,
  order: OrderKey,
  page: (ledger: LedgerReader) => Promise<PageOf<Item>>,
): Promise<PageOf<Item>> {
  const found = await deps.ledger.ask(async (ledger) => ((await ledger.reversal(order)) ? page(ledger) : undefined));
  if (found === undefined) throw unknownOrder(order);
  return found;
}
