import type { Connector, EVSE, Location } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';

/** A Connector as most sites have it. */
export function sampleConnector(id: string, lastUpdated: string): Connector {
  return {
    id,
    standard: 'IEC_62196_T2',
    format: 'SOCKET',
    power_type: 'AC_3_PHASE',
    max_voltage: 230,
    max_amperage: 16,
    tariff_ids: ['CONFORMANCE-1'],
    last_updated: lastUpdated,
  };
}

/** An EVSE with the connectors `1` and `2`. */
export function sampleEvse(uid: string, lastUpdated: string): EVSE {
  return {
    uid,
    evse_id: `NL*ABC*E${uid.replace(/[^0-9A-Za-z]/g, '').slice(0, 30)}`,
    status: 'AVAILABLE',
    capabilities: ['RFID_READER'],
    connectors: [sampleConnector('1', lastUpdated), sampleConnector('2', lastUpdated)],
    floor_level: '-1',
    physical_reference: '3',
    last_updated: lastUpdated,
  };
}

/** Uid of the EVSE number 1 or 2 of a sample Location. */
export function evseUid(locationId: string, number = 1): string {
  return `${locationId}-E${number}`;
}

/** A Location with two EVSEs of two Connectors, all with the same last_updated, and some optional fields. */
export function sampleLocation({ country_code, party_id }: Party, id: string, lastUpdated: string): Location {
  return {
    country_code,
    party_id,
    id,
    publish: true,
    name: 'Conformance',
    address: 'Stationsplein 1',
    city: 'Utrecht',
    postal_code: '3511CE',
    country: 'NLD',
    coordinates: { latitude: '52.08950', longitude: '5.110010' },
    parking_type: 'PARKING_LOT',
    evses: [sampleEvse(evseUid(id, 1), lastUpdated), sampleEvse(evseUid(id, 2), lastUpdated)],
    time_zone: 'Europe/Amsterdam',
    last_updated: lastUpdated,
  };
}

/** A Location that uses nearly every class that the module has. */
export function richLocation(party: Party, id: string, lastUpdated: string): Location {
  const url = 'https://www.example.com/image.jpeg';
  const fast: EVSE = {
    ...sampleEvse(evseUid(id, 1), lastUpdated),
    connectors: [{ ...sampleConnector('1', lastUpdated), max_electric_power: 11_000 }],
    images: [{ url, category: 'CHARGER', type: 'jpeg' }],
  };
  return {
    ...sampleLocation(party, id, lastUpdated),
    evses: [fast],
    state: 'Utrecht',
    related_locations: [
      { latitude: '52.08960', longitude: '5.110020', name: { language: 'en', text: 'North entrance' } },
    ],
    directions: [{ language: 'en', text: 'Follow the signs to the station' }],
    operator: { name: 'Conformance', website: 'https://www.example.com' },
    facilities: ['TRAIN_STATION', 'WIFI'],
    opening_times: {
      twentyfourseven: false,
      regular_hours: [
        { weekday: 1, period_begin: '08:00', period_end: '20:00' },
        { weekday: 7, period_begin: '10:00', period_end: '16:30' },
      ],
      exceptional_closings: [{ period_begin: '2026-12-25T03:00:00Z', period_end: '2026-12-26T05:00:00Z' }],
    },
    charging_when_closed: false,
    images: [{ url, category: 'LOCATION', type: 'jpeg', width: 512, height: 340 }],
    energy_mix: {
      is_green_energy: true,
      energy_sources: [
        { source: 'SOLAR', percentage: 60.5 },
        { source: 'WIND', percentage: 39.5 },
      ],
      environ_impact: [{ category: 'CARBON_DIOXIDE', amount: 12.5 }],
      supplier_name: 'Conformance',
    },
  };
}
