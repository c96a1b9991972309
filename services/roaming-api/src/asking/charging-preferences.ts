import { pathSegments, type JsonSchema } from '@roamgrid/modules';
import type { Backend, ServedModule } from '../backend';
import { bodyBytes, pathParameter, sendJsonBytes, type Handler, type Route } from '../http/route';

const preferences: Readonly<Record<string, JsonSchema>> = {
  profile_type: { enum: ['CHEAP', 'FAST', 'GREEN', 'REGULAR'] },
  departure_time: { type: 'string', format: 'date-time' },
  energy_need: { type: 'number', description: 'kWh' },
  discharge_allowed: { type: 'boolean', default: false },
};

const response: JsonSchema = {
  enum: ['ACCEPTED', 'DEPARTURE_REQUIRED', 'ENERGY_NEED_REQUIRED', 'NOT_POSSIBLE', 'PROFILE_TYPE_NOT_SUPPORTED'],
};

/** The routes of what drivers prefer: an eMSP tells it to the CPO, a CPO reads what it was told (SES-04). */
export function preferenceRoutes(sessions: ServedModule, backend: Backend): Route[] {
  const path = ['/v1/sessions', ...pathSegments(sessions.declaration, 'RECEIVER').map((name) => `{${name}}`), 'charging_preferences'].join('/');
  const common = { path, tag: sessions.declaration.id, module: sessions.declaration.id, access: 'key' as const, handle: askAbout(sessions) };
  return [
    {
      ...common,
      method: 'PUT',
      id: 'tell_charging_preferences',
      summary: 'Tells the CPO of a received Session how its driver prefers to be charged, and gives its answer',
      body: { kind: 'json', schema: { type: 'object', required: ['profile_type'], properties: preferences }, maxBytes: backend.limits.peerBytes },
      answers: { 200: { description: 'what the CPO answered', schema: response } },
    },
    {
      ...common,
      method: 'GET',
      id: 'get_charging_preferences',
      summary: 'Reads what the driver of an own Session prefers, as last accepted',
      answers: {
        200: {
          description: 'the preferences',
          schema: { type: 'object', properties: { ...preferences, received: { type: 'string', format: 'date-time' } } },
        },
      },
    },
  ];
}

/** The CPO judges the preferences, not we. */
function askAbout(sessions: ServedModule): Handler {
  return async (request, answer) => {
    const [country_code = '', party_id = '', id = ''] = pathSegments(sessions.declaration, 'RECEIVER').map((name) => pathParameter(request, name));
    const { json } = await sessions.asking.Ask({
      action: 'charging_preferences',
      version: sessions.version,
      party: { country_code, party_id },
      ids: [id],
      json: bodyBytes(request),
    });
    sendJsonBytes(answer, 200, json);
  };
}
