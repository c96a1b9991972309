import type { ChargingPreferences, ChargingPreferencesResponse, EVSE, Location, Session, Tariff } from '@roamgrid/modules';
import { readOwn, type AskedAction } from '@roamgrid/object-service';
import { foldCase, objectKey, partyKey, type Party } from '@roamgrid/ocpi';
import { OWN, RoamgridError, type Client, type Clock, type ObjectsCalls } from '@roamgrid/runtime';
import { bodyOf, versionField, type ObjectStore } from '@roamgrid/store';
import { judgePreferences, takesPreferences } from './judge-preferences';
import type { PreferenceStore } from './preference-store';

export interface TakePreferencesOptions {
  readonly store: ObjectStore;
  readonly preferences: PreferenceStore;
  readonly locations: Client<ObjectsCalls>;
  readonly tariffs: Client<ObjectsCalls>;
  readonly clock: Clock;
}

const VERSION = '2.2.1';

/**
 * Takes what a driver prefers for a session of ours, from the eMSP that the session is for (SES-04 … SES-09). Throws
 * object.unknown where there is no such session for the caller, object.not_capable where its EVSE takes no preferences.
 */
export async function takePreferences(options: TakePreferencesOptions, asked: AskedAction): Promise<ChargingPreferencesResponse> {
  const { key, session } = await findSession(options, asked);
  const wanted = asked.body as unknown as ChargingPreferences;
  const { evse, party } = await findEvse(options, session);
  const connector = evse.connectors.find(({ id }) => foldCase(id) === foldCase(session.connector_id)) ?? evse.connectors[0];
  const tariffs = await Promise.all((connector?.tariff_ids ?? []).map((id) => readOwn<Tariff>(options.tariffs, VERSION, [party], [id])));
  const answer = judgePreferences(wanted, session, tariffs.flatMap((tariff) => tariff ?? []));
  if (answer === 'ACCEPTED') await options.preferences.keep(key, wanted, options.clock.now());
  return answer;
}

async function findSession({ store }: TakePreferencesOptions, { parties, ids, caller }: AskedAction): Promise<{ key: string; session: Session }> {
  const readers = new Set(caller.roles.map(partyKey));
  const documents = await store.readMany(parties.map((party) => objectKey(party, ...ids)));
  for (const { _id, origin, state } of documents) {
    const bytes = origin === OWN && !state.deleted && state.audience?.some((party) => readers.has(party)) ? bodyOf(state, versionField(VERSION)) : undefined;
    if (bytes) return { key: _id, session: JSON.parse(bytes.toString()) as Session };
  }
  throw new RoamgridError('object.unknown', `sessions: no ${ids.join('/')}`);
}

async function findEvse({ locations }: TakePreferencesOptions, session: Session): Promise<{ evse: EVSE; party: Party }> {
  const party = { country_code: session.country_code, party_id: session.party_id };
  const location = await readOwn<Location>(locations, VERSION, [party], [session.location_id]);
  const evse = location?.evses?.find(({ uid }) => foldCase(uid) === foldCase(session.evse_uid));
  if (evse && takesPreferences(evse)) return { evse, party };
  throw new RoamgridError('object.not_capable', `EVSE ${session.evse_uid} of location ${session.location_id} is not CHARGING_PREFERENCES_CAPABLE`);
}
