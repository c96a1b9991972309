import { locations, schemaAt, cdrs, type Location } from '../index';
import { cdrLocationOf, NOT_ASSIGNED } from './cdr-location-of';

const location: Location = {
  country_code: 'NL',
  party_id: 'RGC',
  id: 'LOC1',
  publish: false,
  name: 'Gent Zuid',
  address: 'F.Rooseveltlaan 3A',
  city: 'Gent',
  postal_code: '9000',
  country: 'BEL',
  coordinates: { latitude: '51.047599', longitude: '3.729944' },
  evses: [
    {
      uid: 'E1',
      evse_id: 'BE*BEC*E041503001',
      status: 'REMOVED',
      connectors: [
        { id: '1', standard: 'IEC_62196_T2', format: 'CABLE', power_type: 'AC_3_PHASE', max_voltage: 230, max_amperage: 16, last_updated: '2026-01-01T00:00:00Z' },
        { id: '2', standard: 'CHADEMO', format: 'CABLE', power_type: 'DC', max_voltage: 400, max_amperage: 125, last_updated: '2026-01-01T00:00:00Z' },
      ],
      last_updated: '2026-01-01T00:00:00Z',
    },
  ],
  time_zone: 'Europe/Brussels',
  last_updated: '2026-01-01T00:00:00Z',
};

describe('a Location in a CDR', () => {
  it('CDR-18 is flattened to one EVSE and Connector, also of a removed EVSE at an unpublished Location', () => {
    expect(cdrLocationOf(location, 'e1', '2')).toEqual({
      id: 'LOC1',
      name: 'Gent Zuid',
      address: 'F.Rooseveltlaan 3A',
      city: 'Gent',
      postal_code: '9000',
      country: 'BEL',
      coordinates: { latitude: '51.047599', longitude: '3.729944' },
      evse_uid: 'E1',
      evse_id: 'BE*BEC*E041503001',
      connector_id: '2',
      connector_standard: 'CHADEMO',
      connector_format: 'CABLE',
      connector_power_type: 'DC',
    });
  });

  it('CDR-20 has #NA where the EVSE has no evse_id', () => {
    const [evse] = location.evses ?? [];
    for (const evse_id of [undefined, null, '']) {
      const evses = evse ? [{ ...evse, evse_id: evse_id as null }] : [];
      expect(cdrLocationOf({ ...location, evses }, 'E1', '1')?.evse_id).toBe('#NA');
    }
  });

  it('CDR-21 has an address of 45 and a state of 20 characters at the most, none of them halved', () => {
    const long = { ...location, address: `${'é'.repeat(44)}😀B`, state: 'Provincie Oost-Vlaanderen' };
    const cut = cdrLocationOf(long, 'E1', '1');
    expect([cut?.address, cut?.state]).toEqual([`${'é'.repeat(44)}😀`, 'Provincie Oost-Vlaan']);
  });

  it('CDR-19 has #NA for EVSE and Connector of a reservation that was never used', () => {
    expect(cdrLocationOf(location, NOT_ASSIGNED, NOT_ASSIGNED)).toMatchObject({ id: 'LOC1', evse_uid: '#NA', evse_id: '#NA', connector_id: '#NA' });
    expect(cdrLocationOf(location, 'E1', NOT_ASSIGNED)).toMatchObject({ evse_uid: 'E1', evse_id: 'BE*BEC*E041503001', connector_id: '#NA' });
  });

  it.each([
    ['E2', '1'],
    ['E1', '3'],
    ['E2', '#NA'],
    ['#NA', '1'],
  ])('is none for %s/%s, which the Location has not', (evse, connector) => {
    expect(cdrLocationOf(location, evse, connector)).toBeUndefined();
  });

  it('is what CDRs of our own may have, declared by locations', () => {
    const cdr_location = locations.embedded.cdrs?.({ ...location, name: null, state: null }, 'E1', '1');
    const verdict = schemaAt(cdrs, '2.2.1').put.own({ cdr_location });
    expect(verdict.ok ? [] : verdict.problems.filter(({ path }) => path.startsWith('/cdr_location'))).toEqual([]);
    expect(Object.keys(cdr_location ?? {})).not.toContain('state');
  });
});
