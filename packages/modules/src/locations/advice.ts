import { adviceRule, type AdviceRule } from '../advice';
import type { Connector, EVSE, Location } from './schema';

/** What our own systems are told about Locations that are valid. */
export const locationAdvice: readonly AdviceRule[] = [
  adviceRule<Location>({ row: 'LOC-27', code: 'location.expired', depth: 0 }, ({ evses }, advise) => {
    const isValid = (evse: EVSE): boolean => evse.status !== 'REMOVED';
    if (!(evses ?? []).some(isValid)) advise('/evses', 'without an EVSE that is not REMOVED receivers hide the Location');
  }),
  adviceRule<Location>({ row: 'LOC-42', code: 'location.shown_to_nobody', depth: 0 }, (location, advise) => {
    if (location.publish || (location.publish_allowed_to ?? []).length > 0) return;
    advise('/publish_allowed_to', 'with publish=false and nobody named here, no driver is shown the Location');
  }),
  adviceRule<EVSE>({ row: 'LOC-41', code: 'evse.publish', depth: 1 }, (evse, advise) => {
    if (!('publish' in evse)) return;
    advise('/publish', 'stands on Locations only: public and private EVSEs of a site are two Locations');
  }),
  adviceRule<EVSE>({ row: 'LOC-44', code: 'evse.connector_not_chosen', depth: 1 }, (evse, advise) => {
    const chosen = (evse.capabilities ?? []).includes('START_SESSION_CONNECTOR_REQUIRED');
    if (evse.status === 'REMOVED' || evse.connectors.length < 2 || chosen) return;
    advise(
      '/connectors',
      'a StartSession cannot choose among several Connectors: say START_SESSION_CONNECTOR_REQUIRED, or make each an EVSE',
    );
  }),
  adviceRule<Connector>({ row: 'LOC-56', code: 'connector.no_tariff', depth: 2 }, ({ tariff_ids }, advise) => {
    if ((tariff_ids ?? []).length > 0) return;
    advise('/tariff_ids', 'no tariff does not mean free of charge: name a tariff, for free charging one that says so');
  }),
];
