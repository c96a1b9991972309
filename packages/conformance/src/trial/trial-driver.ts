import { partyKey, type Party } from '@roamgrid/ocpi';
import { field, listField, textField, type JsonObject } from '../check/field';
import type { CredentialsRole } from '@roamgrid/modules';
import type { TrialPlatform } from './trial-platform';

/** What the trial platform’s app shows of a Location that it received. */
export function driverView(platform: TrialPlatform, path: readonly string[], tokens: readonly JsonObject[]): JsonObject {
  const [country_code = '', party_id = '', id = ''] = path;
  const party = { country_code, party_id };
  const { defects } = platform;
  const location = platform.locations.received(party, id);
  if (!location) return {};
  const evses = listField(location, 'evses').filter((evse) => field(evse, 'status') !== 'REMOVED');
  const entries = listField(location, 'publish_allowed_to');
  const matching = tokens.filter((token) => matches(platform, entries, token));
  const visible = evses.length > 0 && (location['publish'] === true || matching.length > 0);
  if (!visible && !defects.has('everything is shown')) return { shown: false };
  const ours = platform.roles.filter(({ role }) => role === 'EMSP').map(partyKey);
  const may_start = matching.some((token) => ours.includes(partyKey({ country_code: '', party_id: '', ...token })));
  const operator = location['operator'] ?? (defects.has('no operator stands in') ? undefined : detailsOf(platform, party));
  const shown = defects.has('Connectors have a status') ? evses.map(withStatus) : evses;
  return { shown: true, may_start: may_start || defects.has('anybody may start'), location: { ...location, operator, evses: shown } };
}

function matches({ defects }: TrialPlatform, entries: readonly unknown[], token: JsonObject): boolean {
  const isSet = (entry: unknown): boolean =>
    Object.entries(entry as JsonObject).every(([name, value]) => token[name] === value);
  const mixed = (entry: unknown): boolean =>
    Object.entries(entry as JsonObject).some(([name, value]) => token[name] === value);
  return entries.some(defects.has('entries are mixed') ? mixed : isSet);
}

function detailsOf({ peers }: TrialPlatform, party: Party): unknown {
  const roles = peers.flatMap(({ credentials }) => listField(credentials, 'roles')) as readonly CredentialsRole[];
  return roles.find((role) => partyKey(role) === partyKey(party))?.business_details;
}

function withStatus(evse: unknown): unknown {
  const connectors = listField(evse, 'connectors').map((connector) => ({ ...(connector as JsonObject), status: textField(evse, 'status') }));
  return { ...(evse as JsonObject), connectors };
}
