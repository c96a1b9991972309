import { RoamgridError, type ListReply } from '@roamgrid/runtime';
import type { Backend, ServedModule } from '../backend';
import { drained } from '../http/drained';
import { queryParameter, type Handler, type QueryParameter, type Route } from '../http/route';
import { NDJSON } from '../import/import-objects';
import { schemaName } from '../openapi/module-schemas';
import { ref } from '../openapi/api-schemas';
import { jsonLines } from './json-lines';
import { listParameters, readListing, readSelection, type Selection } from './list-objects';

const PAGE = 200;
/** A client is waited for from this many unread bytes on. */
const UNREAD_BYTES = 256 * 1024;

const selectionParameters = listParameters.filter(({ name }) => name !== 'limit' && name !== 'cursor');
const described: QueryParameter = {
  name: 'described',
  description: '`true`: each line as an item of a list, with key, party, origin and rev; else the object alone',
  schema: { enum: ['true', 'false'], default: 'false' },
};

/** The route that streams all objects of a selection, one a line. */
export function exportRoute(module: ServedModule, backend: Backend): Route {
  const { id } = module.declaration;
  return {
    method: 'GET',
    path: `/v1/${id}/export`,
    id: `export_${id}`,
    tag: id,
    summary: `Streams all ${id} of a selection, one JSON object a line; what comes out can go into an import`,
    access: 'read',
    query: [...selectionParameters, described],
    answers: {
      200: {
        description: 'an object a line, oldest created first; a connection that is cut before its end was not whole',
        schema: ref(schemaName(module, 0, 'received')),
        mediaType: NDJSON,
      },
    },
    handle: exportObjects(module, backend),
  };
}

function exportObjects(module: ServedModule, backend: Backend): Handler {
  return async (request, response) => {
    const selection = readSelection(request);
    const asked = queryParameter(request, 'described') ?? 'false';
    if (asked !== 'true' && asked !== 'false') {
      throw new RoamgridError('parameter.invalid', 'described: expected true or false');
    }
    for await (const { json } of pages(module, selection, asked === 'true')) {
      if (!response.headersSent) response.writeHead(200, { 'content-type': NDJSON });
      response.write(jsonLines(json));
      if (response.writableLength > UNREAD_BYTES && !response.destroyed) await drained(response);
      if (response.destroyed) return;
    }
    backend.logger.debug({ module: module.declaration.id }, 'exported');
    response.end();
  };
}

/** One page in memory at a time. */
async function* pages(module: ServedModule, selection: Selection, describedItems: boolean): AsyncGenerator<ListReply> {
  let reply: ListReply | undefined;
  do {
    const after = reply?.next && { after: reply.next, known_total: reply.total };
    const listing = readListing(module, selection, { offset: 0, ...after }, PAGE);
    reply = await module.objects.List({ ...listing, described: describedItems });
    yield reply;
  } while (reply.next);
}
