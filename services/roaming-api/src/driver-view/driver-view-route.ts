import type { JsonSchema, Location } from '@roamgrid/modules';
import { parseOcpiDateTime, partyKey, type Party } from '@roamgrid/ocpi';
import { RoamgridError, type HostedParty } from '@roamgrid/runtime';
import type { Backend, ServedModule } from '../backend';
import { jsonReader } from '../http/read-json';
import { pathParameter, sendJson, type Handler, type Route } from '../http/route';
import { ref } from '../openapi/api-schemas';
import { driverView, type DriverToken } from './driver-view';

const text: JsonSchema = { type: 'string', minLength: 1, maxLength: 64 };
const tokenFields = ['uid', 'type', 'visual_number', 'issuer', 'group_id', 'country_code', 'party_id'];

/** Body of the request: the driver’s tokens and the moment, which is now unless given. */
export const driverSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    tokens: {
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(tokenFields.map((name) => [name, text])),
      },
    },
    at: { type: 'string', description: 'a time in UTC such as 2026-06-07T18:40:07Z; now unless given' },
  },
};

interface DriverRequest {
  readonly tokens?: readonly DriverToken[];
  readonly at?: string;
}

/** The route that answers what a driver may be shown of a Location, own or received. */
export function driverViewRoute(locations: ServedModule, backend: Backend): Route {
  return {
    method: 'POST',
    path: '/v1/driver-view/locations/{country_code}/{party_id}/{location_id}',
    id: 'view_location_as_driver',
    tag: locations.declaration.id,
    summary: 'Tells whether a driver may see a Location, with what, and start a session there',
    access: 'read',
    body: { kind: 'json', schema: driverSchema, maxBytes: backend.limits.peerBytes, optional: true },
    answers: { 200: { description: 'what may be shown', schema: ref('DriverView') } },
    handle: viewLocation(locations, backend),
  };
}

function viewLocation(locations: ServedModule, { directory, clock }: Backend): Handler {
  const read = jsonReader<DriverRequest>(driverSchema, {});
  return async (request, response) => {
    const { tokens = [], at } = read(request);
    const moment = at === undefined ? clock.now() : parseOcpiDateTime(at);
    if (moment === undefined) throw new RoamgridError('object.invalid', '/at must be a time in UTC');
    const [country_code, party_id] = [pathParameter(request, 'country_code'), pathParameter(request, 'party_id')];
    const party = { country_code, party_id };
    const ids = [pathParameter(request, 'location_id')];
    const { version } = locations;
    const { json, origin } = await locations.objects.Get({ version, origin: '', parties: [party], ids, nested: [] });
    const hosted = directory.platform?.parties ?? [];
    const ownerRoles = directory.peer(origin)?.roles ?? hosted;
    const view = driverView(JSON.parse(json.toString()) as Location, {
      tokens,
      at: moment,
      ownEmsps: new Set(hosted.filter(({ role }) => role === 'EMSP').map(partyKey)),
      ownerDetails: detailsOf(ownerRoles, party, locations.declaration.owner),
    });
    sendJson(response, 200, view);
  };
}

/** The business_details of the party’s role that owns Locations, else of any of its roles (CRD-40). */
function detailsOf(roles: readonly HostedParty[], party: Party, owner: string): unknown {
  const own = roles.filter((role) => partyKey(role) === partyKey(party) && role.business_details.length > 0);
  const role = own.find((each) => each.role === owner) ?? own[0];
  return role && (JSON.parse(role.business_details.toString()) as unknown);
}
