import { schemaAt } from '../define-module';
import type { Mode, Validator } from '../schema';
import { locations } from './index';
import type { Connector, EVSE, Location } from './schema';

const at = '2026-06-07T18:40:07Z';
const connector: Connector = {
  id: '1',
  standard: 'IEC_62196_T2',
  format: 'SOCKET',
  power_type: 'AC_3_PHASE',
  max_voltage: 230,
  max_amperage: 16,
  last_updated: at,
};
const evse: EVSE = { uid: 'E1', status: 'AVAILABLE', connectors: [connector], last_updated: at };
const location: Location = {
  country_code: 'NL',
  party_id: 'RGC',
  id: 'LOC1',
  publish: true,
  address: 'Kanaalkade 1',
  city: 'Utrecht',
  country: 'NLD',
  coordinates: { latitude: '52.09070', longitude: '5.12140' },
  evses: [evse],
  time_zone: 'Europe/Amsterdam',
  last_updated: at,
};

const [locationSchema, evseSchema, connectorSchema] = [0, 1, 2].map((depth) => schemaAt(locations, '2.2.1', depth));

function paths(check: Validator | undefined, value: unknown): string[] {
  if (check === undefined) throw new Error('no validator');
  const result = check(value);
  return result.ok ? [] : result.problems.map(({ path }) => path);
}

/** Paths of the problems of a Location with these fields, in each mode. */
function breaches(fields: Record<string, unknown>): Record<Mode, string[]> {
  const value = { ...location, ...fields };
  return {
    received: paths(locationSchema?.put.received, value),
    own: paths(locationSchema?.put.own, value),
  };
}

const none = { received: [], own: [] };
const both = (...list: string[]): Record<Mode, string[]> => ({ received: list, own: list });
const ownOnly = (...list: string[]): Record<Mode, string[]> => ({ received: [], own: list });

describe('Location', () => {
  it('is accepted as it is', () => {
    expect(breaches({})).toEqual(none);
  });

  it.each([
    'country_code',
    'party_id',
    'id',
    'publish',
    'address',
    'city',
    'country',
    'coordinates',
    'time_zone',
    'last_updated',
  ])('LOC-45 requires %s', (field) => {
    const value = Object.fromEntries(Object.entries(location).filter(([name]) => name !== field));
    expect(paths(locationSchema?.put.received, value)).toEqual([`/${field}`]);
  });

  it('LOC-46 wants an IANA time zone of our own parties', () => {
    for (const time_zone of ['CET', '+01:00', 'W. Europe Standard Time', 'Europe/Atlantis']) {
      expect(breaches({ time_zone })).toEqual(ownOnly('/time_zone'));
    }
    expect(breaches({ time_zone: 'America/Argentina/Buenos_Aires' })).toEqual(none);
  });

  it('LOC-47 wants no empty postal_code or state of our own parties', () => {
    expect(breaches({ postal_code: '', state: '' })).toEqual(ownOnly('/postal_code', '/state'));
  });

  it('LOC-48 takes addresses of 255 and states of 45 characters', () => {
    expect(breaches({ address: 'x'.repeat(255), state: 'x'.repeat(45) })).toEqual(none);
    expect(breaches({ address: 'x'.repeat(256), state: 'x'.repeat(46) })).toEqual(both('/address', '/state'));
  });

  it('TYP-18 wants alpha-2 and alpha-3 country codes', () => {
    expect(breaches({ country_code: 'NLD', country: 'NL' })).toEqual(both('/country_code', '/country'));
  });

  it('TYP-19 wants three characters as party_id of our own, takes shorter ones from peers', () => {
    expect(breaches({ party_id: 'AB' })).toEqual(ownOnly('/party_id'));
    for (const party_id of ['NL*TNM', 'NLTNM', 'A*B', '']) expect(breaches({ party_id })).toEqual(both('/party_id'));
  });

  it.each([
    ['52.09070', '5.12140'],
    ['-52.0907012', '-105.1214012'],
    ['90.00000', '180.00000'],
  ])('TYP-22 TYP-23 accepts %s, %s', (latitude, longitude) => {
    expect(breaches({ coordinates: { latitude, longitude } })).toEqual(none);
  });

  it.each([
    [52.0907, 5.1214],
    ['52.0907', '5.1214'],
    ['52.09070123', '5.12140123'],
    ['+52.09070', '5,12140'],
    ['90.00001', '180.00001'],
    ['105.12140', '252.09070'],
  ])('TYP-22 TYP-24 refuses %s, %s', (latitude, longitude) => {
    expect(breaches({ coordinates: { latitude, longitude } })).toEqual(
      both('/coordinates/latitude', '/coordinates/longitude'),
    );
  });

  it('LOC-38 keeps publish_allowed_to for publish=false, in our own', () => {
    const publish_allowed_to = [{ group_id: 'G1' }];
    expect(breaches({ publish_allowed_to })).toEqual(ownOnly('/publish_allowed_to'));
    expect(breaches({ publish: false, publish_allowed_to })).toEqual(none);
    expect(breaches({ publish_allowed_to: [] })).toEqual(none);
  });

  it('LOC-39 wants complete entries in publish_allowed_to', () => {
    const list = (...publish_allowed_to: unknown[]): Record<string, unknown> => ({
      publish: false,
      publish_allowed_to,
    });
    expect(breaches(list({ uid: 'U', type: 'RFID' }, { visual_number: 'V', issuer: 'I' }, { group_id: 'G' }))).toEqual(
      none,
    );
    expect(breaches(list({ type: 'RFID', issuer: 'I' }))).toEqual(both('/publish_allowed_to/0'));
    expect(breaches(list({ uid: 'U' }))).toEqual(both('/publish_allowed_to/0/type'));
    expect(breaches(list({ group_id: 'G' }, { visual_number: 'V' }))).toEqual(both('/publish_allowed_to/1/issuer'));
  });

  const day = { weekday: 1, period_begin: '08:00', period_end: '20:00' };
  const list = '/opening_times/regular_hours';

  it('LOC-49 wants regular hours exactly when not open 24/7, in our own', () => {
    expect(breaches({ opening_times: { twentyfourseven: true } })).toEqual(none);
    expect(breaches({ opening_times: { twentyfourseven: false, regular_hours: [day] } })).toEqual(none);
    expect(breaches({ opening_times: { twentyfourseven: false } })).toEqual(ownOnly(list));
    expect(breaches({ opening_times: { twentyfourseven: true, regular_hours: [day] } })).toEqual(ownOnly(list));
    expect(breaches({ opening_times: { regular_hours: [day] } })).toEqual(both('/opening_times/twentyfourseven'));
  });

  it('LOC-50 wants periods within one day', () => {
    const hours = (fields: Record<string, unknown>): Record<string, unknown> => ({
      opening_times: { twentyfourseven: false, regular_hours: [day, { ...day, ...fields }] },
    });
    expect(breaches(hours({ period_begin: '22:00', period_end: '06:00' }))).toEqual(ownOnly(`${list}/1/period_end`));
    expect(breaches(hours({ period_end: '24:00' }))).toEqual(both(`${list}/1/period_end`));
    expect(breaches(hours({ period_begin: '8:00' }))).toEqual(both(`${list}/1/period_begin`));
    expect(breaches(hours({ weekday: 0 }))).toEqual(both(`${list}/1/weekday`));
    expect(breaches(hours({ weekday: 8 }))).toEqual(both(`${list}/1/weekday`));
  });

  it('LOC-62 wants energy sources that add up to 100, in our own', () => {
    const mix = (...shares: number[]): Record<string, unknown> => ({
      energy_mix: {
        is_green_energy: true,
        energy_sources: shares.map((percentage) => ({ source: 'WIND', percentage })),
      },
    });
    expect(breaches(mix(33.3, 33.3, 33.3))).toEqual(none);
    expect(breaches(mix())).toEqual(none);
    expect(breaches(mix(70, 20))).toEqual(ownOnly('/energy_mix/energy_sources'));
    expect(breaches({ energy_mix: { energy_sources: [] } })).toEqual(both('/energy_mix/is_green_energy'));
  });

  it('LOC-63 wants a file type of at most 4 characters and sizes of at most 5 digits', () => {
    const image = { url: 'https://example.com/a.jpeg', category: 'CHARGER', type: 'jpeg', width: 99999 };
    expect(breaches({ images: [image] })).toEqual(none);
    expect(breaches({ images: [{ ...image, type: 'image/jpeg', width: 100000 }] })).toEqual(
      both('/images/0/type', '/images/0/width'),
    );
  });

  it('LOC-65 has one name for a related location and a list of directions', () => {
    const text = { language: 'en', text: 'Gate' };
    const place = { latitude: '52.09070', longitude: '5.12140' };
    expect(breaches({ related_locations: [{ ...place, name: text }], directions: [text] })).toEqual(none);
    expect(breaches({ related_locations: [{ ...place, name: [text] }], directions: text })).toEqual(
      both('/related_locations/0/name', '/directions'),
    );
  });

  it('TYP-17 has no markup and two-letter languages in our own', () => {
    expect(breaches({ directions: [{ language: 'en', text: 'Power < 50 kW & > 3 kW' }] })).toEqual(none);
    expect(breaches({ directions: [{ language: 'nl', text: 'Go <b>left</b>' }] })).toEqual(
      ownOnly('/directions/0/text'),
    );
    expect(breaches({ directions: [{ language: 'e', text: 'x' }] })).toEqual(ownOnly('/directions/0/language'));
    expect(breaches({ directions: [{ language: 'en-GB', text: 'x' }] })).toEqual(both('/directions/0/language'));
  });

  it('LOC-29 LOC-68 has EVSEs and Connectors with ids of their own, whatever their case', () => {
    expect(breaches({ evses: [evse, { ...evse, uid: 'e1' }] })).toEqual(both('/evses/1'));
    expect(breaches({ evses: [{ ...evse, connectors: [connector, connector] }] })).toEqual(
      both('/evses/0/connectors/1'),
    );
    expect(breaches({ evses: [evse, { ...evse, uid: 'E2' }] })).toEqual(none);
  });
});

describe('EVSE and Connector', () => {
  it('LOC-58 wants a connector', () => {
    expect(paths(evseSchema?.put.received, { ...evse, connectors: [] })).toEqual(['/connectors']);
  });

  it('LOC-61 takes strings only for floor_level and physical_reference', () => {
    expect(paths(evseSchema?.put.received, { ...evse, floor_level: '-1', physical_reference: '3' })).toEqual([]);
    expect(paths(evseSchema?.put.received, { ...evse, floor_level: -1, physical_reference: 3 })).toEqual([
      '/floor_level',
      '/physical_reference',
    ]);
  });

  it('LOC-64 tolerates unknown capabilities and connector types of peers, no unknown status', () => {
    const value = { ...evse, capabilities: ['TELEPATHY'], connectors: [{ ...connector, standard: 'MCS' }] };
    expect(paths(evseSchema?.put.received, value)).toEqual([]);
    expect(paths(evseSchema?.put.own, value)).toEqual(['/capabilities/0', '/connectors/0/standard']);
    expect(paths(evseSchema?.put.received, { ...evse, status: 'SLEEPING' })).toEqual(['/status']);
  });

  it('LOC-29 holds for an EVSE alone', () => {
    expect(paths(evseSchema?.put.received, { ...evse, connectors: [connector, connector] })).toEqual(['/connectors/1']);
  });

  it('LOC-54 takes whole numbers of volts and amperes', () => {
    const value = { ...connector, max_voltage: 229.5, max_amperage: '16' };
    expect(paths(connectorSchema?.put.received, value)).toEqual(['/max_voltage', '/max_amperage']);
  });

  it('LOC-57 takes ids of tariffs it has never seen', () => {
    expect(paths(connectorSchema?.put.own, { ...connector, tariff_ids: ['unknown'] })).toEqual([]);
  });
});

describe('PATCH', () => {
  it('LOC-18 wants last_updated at all three levels', () => {
    expect(paths(locationSchema?.patch.received, { name: 'New' })).toEqual(['/last_updated']);
    expect(paths(evseSchema?.patch.received, { status: 'CHARGING' })).toEqual(['/last_updated']);
    expect(paths(connectorSchema?.patch.received, { tariff_ids: ['15'] })).toEqual(['/last_updated']);
    expect(paths(evseSchema?.patch.received, { status: 'CHARGING', last_updated: at })).toEqual([]);
  });

  it('TRN-35 refuses null for a required field only', () => {
    expect(paths(evseSchema?.patch.received, { status: null, floor_level: null, last_updated: at })).toEqual([
      '/status',
    ]);
  });

  it('applies rules to the fields given', () => {
    const opening_times = { twentyfourseven: false, regular_hours: [] };
    expect(paths(locationSchema?.patch.own, { opening_times, last_updated: at })).toEqual([
      '/opening_times/regular_hours',
    ]);
    expect(paths(locationSchema?.patch.own, { opening_times: null, last_updated: at })).toEqual([]);
  });
});
