import type { Location } from './schema';

/**
 * All of a Location that CDRs can show (CDR-18). What else changes of it, above all the status of its EVSEs many times a
 * day, makes no version that is worth keeping.
 */
export function shownInCdrs(location: Location): unknown {
  const { name, address, city, postal_code, state, country, coordinates, evses } = location;
  return [
    [name, address, city, postal_code, state, country, coordinates.latitude, coordinates.longitude],
    (evses ?? []).map(({ uid, evse_id, connectors }) => [
      uid,
      evse_id,
      connectors.map(({ id, standard, format, power_type }) => [id, standard, format, power_type]),
    ]),
  ];
}
