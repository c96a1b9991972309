import { pathSegments, type JsonSchema } from '@roamgrid/modules';
import { objectKey } from '@roamgrid/ocpi';
import type { Delivery } from '@roamgrid/runtime';
import type { Backend, ServedModule } from '../backend';
import { sendJson, type Handler, type Route } from '../http/route';
import { keyParameters, objectPath } from '../objects/one-object';
import { itemsSchema } from '../openapi/api-schemas';

const text: JsonSchema = { type: 'string' };
const maybeText: JsonSchema = { type: ['string', 'null'] };

const deliverySchema: JsonSchema = {
  type: 'object',
  required: ['peer', 'state', 'sent_rev', 'attempts', 'last_error', 'location'],
  properties: {
    peer: { ...text, description: 'id of the peer' },
    state: { enum: ['owed', 'sent', 'dead'], description: 'dead: refused for good; only another revision is sent again' },
    sent_rev: { type: 'integer', description: 'the newest revision that the peer has acknowledged; 0: none' },
    attempts: { type: 'integer', description: 'failures in a row' },
    last_error: maybeText,
    location: { ...maybeText, description: 'where the peer says that it can be read; only of CDRs' },
  },
};

/** The route that tells how an own object stands with the peers that it is pushed to (CDR-05). */
export function deliveryRoute(module: ServedModule, backend: Backend): Route {
  const { declaration } = module;
  const object = [declaration.id, ...pathSegments(declaration, 'RECEIVER').map((name) => `{${name}}`)].join('/');
  return {
    method: 'GET',
    path: `/v1/deliveries/${object}`,
    id: `list_${declaration.id}_deliveries`,
    tag: declaration.id,
    summary: 'Lists the peers that one of these was ever owed to, and how far each has it',
    access: 'key',
    module: declaration.id,
    ...(declaration.keyQuery && { query: keyParameters(module) }),
    answers: { 200: { description: 'a line a peer; none where nobody was interested', schema: itemsSchema(deliverySchema) } },
    handle: listDeliveries(module, backend),
  };
}

function listDeliveries(module: ServedModule, { push }: Backend): Handler {
  return async (request, response) => {
    const { party, ids } = objectPath(module, 0, request);
    const { deliveries } = await push.Deliveries({ module: module.declaration.id, key: objectKey(party, ...ids) });
    sendJson(response, 200, { items: deliveries.map(viewDelivery) });
  };
}

function viewDelivery({ peer_id, state, sent_rev, attempts, last_error, location }: Delivery): Readonly<Record<string, unknown>> {
  return { peer: peer_id, state, sent_rev, attempts, last_error: last_error || null, location: location || null };
}
