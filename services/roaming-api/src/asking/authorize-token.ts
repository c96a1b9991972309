import type { JsonSchema, LocationReferences } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';
import type { Backend, ServedModule } from '../backend';
import { readParty } from '../http/read-party';
import { jsonReader } from '../http/read-json';
import { sendJsonBytes, type Handler, type Route } from '../http/route';
import { ref } from '../openapi/api-schemas';

const text: JsonSchema = { type: 'string', minLength: 1, maxLength: 36 };

/** Body of the request: what a charge point has read, and where. */
export const authorizeSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['uid'],
  properties: {
    uid: text,
    type: { ...text, default: 'RFID', description: 'AD_HOC_USER, APP_USER, OTHER or RFID' },
    party: { type: 'string', pattern: '^[A-Za-z]{2}\\*[A-Za-z0-9]{1,3}$', description: 'the eMSP, such as `DE*ABC`; whoever has the Token unless given' },
    location: {
      type: 'object',
      additionalProperties: false,
      required: ['location_id'],
      properties: { location_id: text, evse_uids: { type: 'array', maxItems: 100, items: text } },
    },
  },
};

interface AuthorizeRequest {
  readonly uid: string;
  readonly type?: string;
  readonly party?: string;
  readonly location?: LocationReferences;
}

/** The answer: OCPI's AuthorizationInfo, whose Token it is, and how it was decided. */
export const authorizationSchema = (token: JsonSchema): JsonSchema => ({
  type: 'object',
  required: ['allowed', 'token', 'origin', 'decided'],
  properties: {
    allowed: { enum: ['ALLOWED', 'BLOCKED', 'EXPIRED', 'NO_CREDIT', 'NOT_ALLOWED'] },
    token,
    location: { type: 'object' },
    authorization_reference: { type: 'string', description: 'to be repeated in the Session and the CDR' },
    info: { type: 'object' },
    origin: { type: 'string', description: '`own`, or the id of the peer whose Token it is' },
    decided: {
      enum: ['command', 'whitelist', 'emsp', 'offline'],
      description: 'by a command of the eMSP that it came with, by what is stored, by the eMSP, or by what is stored because the eMSP could not be reached',
    },
  },
});

/** The route by which charge point management learns whether a Token may charge (TOK-24 … TOK-28, TOK-34). */
export function authorizeRoute(tokens: ServedModule, backend: Backend): Route {
  return {
    method: 'POST',
    path: '/v1/tokens/authorize',
    id: 'authorize_token',
    tag: tokens.declaration.id,
    summary: 'Tells whether a Token may charge here, by its whitelist type or by asking its eMSP; each call gives a fresh reference',
    access: 'write',
    module: tokens.declaration.id,
    body: { kind: 'json', schema: authorizeSchema, maxBytes: backend.limits.peerBytes },
    answers: { 200: { description: 'the answer, also where it may not', schema: authorizationSchema(ref('TokenReceived')) } },
    handle: authorizeToken(tokens),
  };
}

function authorizeToken(tokens: ServedModule): Handler {
  const read = jsonReader<AuthorizeRequest>(authorizeSchema);
  return async (request, response) => {
    const { uid, type = 'RFID', party, location } = read(request);
    const owner: Party | undefined = party === undefined ? undefined : readParty('party', party);
    const { json, origin, decided } = await tokens.asking.Ask({
      action: 'authorize',
      version: tokens.version,
      ...(owner && { party: owner }),
      ids: [uid, type],
      json: location ? Buffer.from(JSON.stringify(location)) : Buffer.alloc(0),
    });
    const tail = `,${JSON.stringify({ origin, decided }).slice(1)}`;
    sendJsonBytes(response, 200, Buffer.concat([json.subarray(0, -1), Buffer.from(tail)]));
  };
}
