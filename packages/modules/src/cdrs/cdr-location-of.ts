import type { Connector, EVSE, Location } from '../locations/schema';
import { CDR_ADDRESS, CDR_STATE, type CdrLocation } from './schema';

/** Stands where an EVSE has no evse_id (CDR-20), and for all of a reservation that was never used (CDR-19). */
export const NOT_ASSIGNED = '#NA';

type Plug = Pick<Connector, 'standard' | 'format' | 'power_type'>;

/** Says nothing: of a reservation that was never used, readers ignore it (CDR-19). */
const ANY_PLUG: Plug = { standard: 'IEC_62196_T2', format: 'SOCKET', power_type: 'AC_3_PHASE' };

/**
 * A Location as it stands in a CDR, flattened to one EVSE and Connector (CDR-18), whether drivers are shown it or not, and
 * also when the EVSE is REMOVED. Address and state are cut to the lengths that a CDR allows, knowingly (CDR-21). `#NA` for
 * EVSE or Connector: a reservation that was never used (CDR-19). Undefined when the Location has no such EVSE or Connector.
 */
export function cdrLocationOf(location: Location, evseUid = NOT_ASSIGNED, connectorId = NOT_ASSIGNED): CdrLocation | undefined {
  const evse = location.evses?.find(({ uid }) => isSame(uid, evseUid));
  const plug = plugOf(evse, connectorId);
  if (!plug || (!evse && evseUid !== NOT_ASSIGNED)) return undefined;
  const { id, name, address, city, postal_code, state, country, coordinates } = location;
  return {
    id,
    ...(name && { name }),
    address: cut(address, CDR_ADDRESS),
    city,
    ...(postal_code && { postal_code }),
    ...(state && { state: cut(state, CDR_STATE) }),
    country,
    coordinates: { latitude: coordinates.latitude, longitude: coordinates.longitude },
    evse_uid: evse?.uid ?? NOT_ASSIGNED,
    evse_id: evse?.evse_id || NOT_ASSIGNED,
    connector_id: plug.id ?? NOT_ASSIGNED,
    connector_standard: plug.standard,
    connector_format: plug.format,
    connector_power_type: plug.power_type,
  };
}

function plugOf(evse: EVSE | undefined, connectorId: string): (Plug & { readonly id?: string }) | undefined {
  return connectorId === NOT_ASSIGNED ? ANY_PLUG : evse?.connectors.find(({ id }) => isSame(id, connectorId));
}

/** Ids compare without regard to case (TYP-07). */
function isSame(one: string, other: string): boolean {
  return one.toUpperCase() === other.toUpperCase();
}

/** Characters, never half of one. */
function cut(text: string, length: number): string {
  return [...text].slice(0, length).join('');
}
