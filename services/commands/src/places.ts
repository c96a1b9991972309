import type { EVSE, Location } from '@roamgrid/modules';
import { readOwn } from '@roamgrid/object-service';
import { foldCase, partyKey, type Party } from '@roamgrid/ocpi';
import { RoamgridError, type Client, type ObjectsCalls } from '@roamgrid/runtime';

/** Where a command is for. */
export interface Place {
  readonly location_id: string;
  readonly evse_uid?: string | null | undefined;
  readonly connector_id?: string | null | undefined;
}

/** A Location of ours with those of its EVSEs that a command may be meant for. */
export interface FoundPlace {
  readonly party: Party;
  readonly location: Location;
  /** The one that is named, or all; none where the one that is named is not there. */
  readonly evses: readonly EVSE[];
  /** Whether the connector that is named is there; true where none is. */
  readonly hasConnector: boolean;
}

/** Finds the place of a command among our own Locations. Throws location.unknown (CMD-18). */
export async function findPlace(locations: Pick<Client<ObjectsCalls>, 'Get'>, parties: readonly Party[], place: Place): Promise<FoundPlace> {
  const location = await readOwn<Location>(locations, '2.2.1', parties, [place.location_id]);
  if (!location) throw new RoamgridError('location.unknown', `no location ${place.location_id} of ${parties.map(partyKey).join(', ')}`);
  const there = (location.evses ?? []).filter(({ status }) => status !== 'REMOVED');
  const { evse_uid: uid, connector_id: connector } = place;
  const evses = isGiven(uid) ? there.filter((evse) => foldCase(evse.uid) === foldCase(uid)) : there;
  const hasConnector = !isGiven(connector) || evses.some(({ connectors }) => connectors.some(({ id }) => foldCase(id) === foldCase(connector)));
  return { party: { country_code: location.country_code, party_id: location.party_id }, location, evses, hasConnector };
}

export function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}
