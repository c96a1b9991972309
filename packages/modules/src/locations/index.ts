import { cdrLocationOf } from '../cdrs/cdr-location-of';
import { defineModule, get, historyOf, page, patch, put } from '../define-module';
import { objectSchema } from '../schema';
import { embedding } from '../shared/embedding';
import { energySourcesAddUp } from '../shared/energy-mix';
import { locationAdvice } from './advice';
import {
  connectorIdsAreUnique,
  nestedIdsAreUnique,
  openingTimesAreConsistent,
  placeNamesAreNotEmpty,
  publishListOnlyIfUnpublished,
  publishTokensAreComplete,
  timeZoneIsKnown,
} from './rules';
import { Connector, EVSE, Location } from './schema';
import { shownInCdrs } from './shown-in-cdrs';

/** LOC-18, at all three levels. */
const requiredInPatch = ['last_updated'];

const locationSchema = objectSchema(Location, {
  requiredInPatch,
  rules: [publishTokensAreComplete, nestedIdsAreUnique],
  ownRules: [
    publishListOnlyIfUnpublished,
    openingTimesAreConsistent,
    placeNamesAreNotEmpty,
    timeZoneIsKnown,
    energySourcesAddUp,
  ],
});

const evseSchema = objectSchema(EVSE, { requiredInPatch, rules: [connectorIdsAreUnique] });

const connectorSchema = objectSchema(Connector, { requiredInPatch });

/** Locations with their EVSEs and Connectors; never deleted, an EVSE that goes is given the status REMOVED (LOC-25, LOC-67). */
export const locations = defineModule({
  id: 'locations',
  versions: { '2.2.1': { schema: locationSchema, nested: [evseSchema, connectorSchema] } },
  key: ['country_code', 'party_id', 'id'],
  segment: 'location_id',
  owner: 'CPO',
  interested: ['EMSP', 'NSP', 'NAP', 'HUB', 'OTHER'],
  passedOnBy: ['NAP'],
  interfaces: {
    sender: [page(), get({ reach: 'nested' })],
    receiver: [get({ reach: 'nested' }), put({ reach: 'nested' }), patch({ reach: 'nested' })],
  },
  nested: [
    { field: 'evses', id: 'uid', segment: 'evse_uid', removed: { field: 'status', value: 'REMOVED' } },
    { field: 'connectors', id: 'id', segment: 'connector_id' },
  ],
  delivery: { style: 'state', method: 'PUT' },
  advice: locationAdvice,
  history: historyOf(shownInCdrs),
  embedded: { cdrs: embedding(cdrLocationOf) },
});
