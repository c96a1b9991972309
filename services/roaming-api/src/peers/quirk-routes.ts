import type { Backend } from '../backend';
import type { Route } from '../http/route';
import { itemsSchema, ref } from '../openapi/api-schemas';
import { getQuirks, listQuirks, patchQuirks, putQuirks } from './quirk-handlers';
import { quirksSchema } from './quirk-schemas';

/** The routes by which an operator says how a peer differs from OCPI; all need the right `peers`. */
export function quirkRoutes(backend: Backend): Route[] {
  const common = { tag: 'peers', access: 'peers' } as const;
  const path = '/v1/peers/{id}/quirks';
  const body = { kind: 'json', maxBytes: backend.limits.peerBytes } as const;
  const answers = { 200: { description: 'the quirks that are set', schema: ref('Quirks') } };
  return [
    {
      ...common,
      method: 'GET',
      path: '/v1/quirks',
      id: 'list_quirks',
      summary: 'Lists all quirks that a peer can have, with what each changes and when a peer needs it',
      answers: { 200: { description: 'the quirks', schema: itemsSchema(ref('Quirk')) } },
      handle: listQuirks,
    },
    {
      ...common,
      method: 'GET',
      path,
      id: 'get_quirks',
      summary: 'Reads the quirks that are set for a peer',
      answers,
      handle: getQuirks(backend),
    },
    {
      ...common,
      method: 'PUT',
      path,
      id: 'put_quirks',
      summary: 'Sets exactly these quirks for a peer; all others go back to their default',
      body: { ...body, schema: ref('Quirks') },
      answers,
      handle: putQuirks(backend),
    },
    {
      ...common,
      method: 'PATCH',
      path,
      id: 'patch_quirks',
      summary: 'Sets these quirks for a peer and leaves the others; null brings one back to its default',
      body: { ...body, schema: quirksSchema(true) },
      answers,
      handle: patchQuirks(backend),
    },
  ];
}
