#!/usr/bin/env node
/**
 * Writes locations.ndjson and tariffs.ndjson, the same bytes at every run: node samples/generate.mjs [directory]
 * The parties NL/RGC and DE/RGC, their brand and streets are invented; the cities are real.
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cities } from './cities.mjs';
import { tariffs } from './tariffs.mjs';

const COUNT = 300;
const NOW = Date.UTC(2026, 5, 1, 12);
const HOUR = 3_600_000;
const SITE = 'https://www.riverglow.example';
const BRAND = 'Riverglow Charging';

/** Random numbers in [0, 1) that repeat for a seed (mulberry32). */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = randomOf(20260601);
const chance = (share) => random() < share;
const between = (low, high) => low + Math.floor(random() * (high - low + 1));
const pick = (list) => list[Math.floor(random() * list.length)];
const some = (list, share) => list.filter(() => chance(share));
const time = (ms) => new Date(ms).toISOString().replace('.000', '');
/** Degrees as OCPI writes them, within 3 km. */
const near = (value) => (value + (random() - 0.5) * 0.05).toFixed(6);

const STATUSES = [
  ...Array(45).fill('AVAILABLE'),
  ...Array(25).fill('CHARGING'),
  ...['OUTOFORDER', 'OUTOFORDER', 'INOPERATIVE', 'RESERVED', 'BLOCKED', 'UNKNOWN', 'UNKNOWN', 'REMOVED', 'PLANNED'],
];

const AC = [
  { standard: 'IEC_62196_T2', format: 'SOCKET', power_type: 'AC_3_PHASE', max_voltage: 230, max_amperage: 16 },
  { standard: 'IEC_62196_T2', format: 'SOCKET', power_type: 'AC_3_PHASE', max_voltage: 230, max_amperage: 32 },
  { standard: 'IEC_62196_T2', format: 'CABLE', power_type: 'AC_3_PHASE', max_voltage: 230, max_amperage: 32 },
  { standard: 'IEC_62196_T2', format: 'SOCKET', power_type: 'AC_1_PHASE', max_voltage: 230, max_amperage: 32 },
  {
    standard: 'DOMESTIC_F',
    format: 'SOCKET',
    power_type: 'AC_1_PHASE',
    max_voltage: 230,
    max_amperage: 16,
    max_electric_power: 2300,
  },
  { standard: 'IEC_60309_2_three_32', format: 'SOCKET', power_type: 'AC_3_PHASE', max_voltage: 230, max_amperage: 32 },
];

const ccs = (max_voltage, max_amperage, max_electric_power) => ({
  standard: 'IEC_62196_T2_COMBO',
  format: 'CABLE',
  power_type: 'DC',
  max_voltage,
  max_amperage,
  max_electric_power,
});
const CHADEMO = { ...ccs(500, 125, 50000), standard: 'CHADEMO' };
const DC = [
  [ccs(500, 125, 50000), CHADEMO],
  [ccs(920, 400, 180000)],
  [ccs(1000, 500, 300000)],
  [ccs(1000, 500, 350000), CHADEMO],
];

const PROFILES = ['REGULAR', 'PROFILE_CHEAP', 'PROFILE_FAST', 'PROFILE_GREEN'];

/** Ids of tariffs for a connector: one for all sessions, or at most one of each type (LOC-56). */
function tariffIds(country, kind, profiles) {
  const sold = tariffs.filter(
    ({ country_code, id }) => country_code === country && !id.includes(kind === 'AC' ? 'DC' : 'AC'),
  );
  const regular = pick(sold.filter(({ type }) => type === undefined || type === 'REGULAR'));
  if (regular.type === undefined && !profiles) return [regular.id];
  const types = profiles ? PROFILES : ['REGULAR', 'AD_HOC_PAYMENT'];
  return types
    .map((type) => (type === regular.type ? regular : sold.find((tariff) => tariff.type === type)))
    .filter((tariff) => tariff !== undefined)
    .map(({ id }) => id);
}

function connectors(country, kind, profiles, changed) {
  const shapes = kind === 'AC' ? [pick(AC)] : pick(DC);
  const tariff_ids = tariffIds(country, kind, profiles);
  return shapes.map((shape, index) => ({
    id: String(index + 1),
    ...shape,
    tariff_ids,
    ...(chance(0.3) ? { terms_and_conditions: `${SITE}/terms` } : {}),
    last_updated: time(changed - between(0, 2000) * HOUR),
  }));
}

function capabilities(kind, profiles) {
  return [
    'RFID_READER',
    'REMOTE_START_STOP_CAPABLE',
    ...(profiles ? ['CHARGING_PREFERENCES_CAPABLE', 'CHARGING_PROFILE_CAPABLE'] : []),
    ...(kind === 'AC' ? some(['UNLOCK_CAPABLE', 'RESERVABLE', 'TOKEN_GROUP_CAPABLE'], 0.4) : []),
    ...(kind === 'DC'
      ? ['CONTACTLESS_CARD_SUPPORT', ...some(['PED_TERMINAL', 'CREDIT_CARD_PAYABLE', 'DEBIT_CARD_PAYABLE'], 0.5)]
      : []),
    ...(kind === 'DC' ? ['START_SESSION_CONNECTOR_REQUIRED'] : []),
  ];
}

function image(category, name) {
  const url = `${SITE}/img/${name}.jpeg`;
  return { url, thumbnail: url.replace('.jpeg', '-s.jpeg'), category, type: 'jpeg', width: 1280, height: 960 };
}

function evse(owner, number, index, kind, garage) {
  const changed = NOW - between(0, 90 * 24 * 60) * 60_000;
  const status = pick(STATUSES);
  const profiles = kind === 'AC' && owner === 'NL' && chance(0.15);
  const planned = { period_begin: time(NOW + between(5, 60) * 24 * HOUR), status: 'AVAILABLE' };
  return {
    uid: `RG${String(number).padStart(4, '0')}-${index}`,
    ...(status === 'REMOVED' ? {} : { evse_id: `${owner}*RGC*E${String(number).padStart(4, '0')}*${index}` }),
    status,
    ...(status === 'PLANNED' ? { status_schedule: [planned] } : {}),
    capabilities: capabilities(kind, profiles),
    connectors: connectors(owner, kind, profiles, changed),
    ...(garage ? { floor_level: String(pick([-2, -1, 0, 1])) } : {}),
    physical_reference: `${number}-${index}`,
    ...(garage ? { directions: [{ language: 'en', text: 'Follow the blue signs to the charging bays.' }] } : {}),
    parking_restrictions: some(['EV_ONLY', 'PLUGGED', 'CUSTOMERS', 'DISABLED'], 0.2),
    ...(chance(0.1) ? { images: [image('CHARGER', `evse-${number}-${index}`)] } : {}),
    last_updated: time(changed),
  };
}

const days = (from, to, period_begin, period_end) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ weekday: from + index, period_begin, period_end }));
const period = (period_begin, period_end) => ({ period_begin, period_end });

/** Opening hours of several kinds; none for a street. */
const HOURS = [
  { twentyfourseven: true },
  { twentyfourseven: true, exceptional_closings: [period('2026-12-31T17:00:00Z', '2027-01-01T07:00:00Z')] },
  { twentyfourseven: false, regular_hours: [...days(1, 5, '07:00', '19:00'), ...days(6, 6, '09:00', '17:00')] },
  { twentyfourseven: false, regular_hours: [...days(1, 7, '00:00', '01:30'), ...days(1, 7, '06:00', '23:59')] },
  {
    twentyfourseven: false,
    regular_hours: [...days(1, 5, '08:00', '12:00'), ...days(1, 5, '13:00', '18:00')],
    exceptional_openings: [period('2026-06-21T09:00:00Z', '2026-06-21T15:00:00Z')],
    exceptional_closings: [period('2026-12-25T00:00:00Z', '2026-12-26T23:00:00Z')],
  },
];

const ALLOWED = [
  [{ group_id: 'RGC-STAFF' }],
  [
    { uid: '04A1B2C3D4E5F6', type: 'RFID' },
    { uid: '04B7C8D9EAFB01', type: 'RFID' },
  ],
  [
    { visual_number: 'RGC-0012-7', issuer: BRAND },
    { uid: 'app-7d1f00c2', type: 'APP_USER' },
  ],
];

const ENERGY = [
  { is_green_energy: true },
  {
    is_green_energy: true,
    energy_sources: [
      { source: 'WIND', percentage: 70 },
      { source: 'SOLAR', percentage: 30 },
    ],
    supplier_name: 'Noordzee Stroom',
    energy_product_name: 'Wind & Zon',
  },
  {
    is_green_energy: false,
    energy_sources: [
      { source: 'GAS', percentage: 38.2 },
      { source: 'COAL', percentage: 11.3 },
      { source: 'NUCLEAR', percentage: 8.5 },
      { source: 'GENERAL_GREEN', percentage: 42 },
    ],
    environ_impact: [
      { category: 'CARBON_DIOXIDE', amount: 261.5 },
      { category: 'NUCLEAR_WASTE', amount: 0.0002 },
    ],
  },
];

const SITES = [
  { parking_type: 'ON_STREET', word: 'street', facilities: ['TRAM_STOP', 'CAFE', 'BIKE_SHARING'] },
  { parking_type: 'PARKING_GARAGE', word: 'garage', facilities: ['MALL', 'RESTAURANT', 'MUSEUM'] },
  { parking_type: 'UNDERGROUND_GARAGE', word: 'garage', facilities: ['HOTEL', 'WIFI'] },
  { parking_type: 'PARKING_LOT', word: 'park', facilities: ['SUPERMARKET', 'TRAIN_STATION', 'PARKING_LOT', 'SPORT'] },
  { parking_type: 'ALONG_MOTORWAY', word: 'park', facilities: ['FUEL_STATION', 'RESTAURANT', 'CARPOOL_PARKING'] },
];

/** Companies, pictures, surroundings and hours of a site. */
function surroundings(site, number, { latitude, longitude }, street) {
  const gate = { latitude, longitude: (Number(longitude) + 0.0004).toFixed(6) };
  return {
    ...(chance(0.1) ? { related_locations: [{ ...gate, name: { language: 'en', text: `Entrance ${street}` } }] } : {}),
    parking_type: site.parking_type,
    ...(chance(0.3) ? { directions: [{ language: 'en', text: `Enter from ${street}, second gate.` }] } : {}),
    operator: {
      name: BRAND,
      website: SITE,
      ...(chance(0.3) ? { logo: { ...image('OPERATOR', 'logo'), width: 200, height: 80 } } : {}),
    },
    ...(chance(0.1) ? { suboperator: { name: 'Laadwacht Beheer' } } : {}),
    ...(chance(0.2) ? { owner: { name: 'Stadsgrond Vastgoed', website: 'https://www.stadsgrond.example' } } : {}),
    facilities: some(site.facilities, 0.5),
    ...(site.parking_type === 'ON_STREET' ? {} : { opening_times: pick(HOURS), charging_when_closed: chance(0.6) }),
    ...(chance(0.3)
      ? { images: [image('LOCATION', `site-${number}`), ...(chance(0.4) ? [image('ENTRANCE', `gate-${number}`)] : [])] }
      : {}),
    ...(chance(0.4) ? { energy_mix: pick(ENERGY) } : {}),
  };
}

function location(number) {
  const place = cities[number % cities.length];
  const owner = ['DEU', 'AUT', 'POL', 'DNK'].includes(place.country) ? 'DE' : 'NL';
  const site = pick(SITES);
  const kind = site.parking_type === 'ALONG_MOTORWAY' || chance(0.2) ? 'DC' : 'AC';
  const street = pick(place.streets);
  const coordinates = { latitude: near(place.latitude), longitude: near(place.longitude) };
  const publish = !chance(0.05);
  const evses = Array.from({ length: chance(0.2) ? between(3, 8) : between(1, 2) }, (_, index) =>
    evse(owner, number, index + 1, kind, site.word === 'garage'),
  );
  return {
    country_code: owner,
    party_id: 'RGC',
    id: `RG-${String(number).padStart(4, '0')}`,
    publish,
    ...(publish || chance(0.2) ? {} : { publish_allowed_to: pick(ALLOWED) }),
    name: `${place.words[site.word]} ${street}`,
    address: `${street} ${between(1, 180)}`,
    city: place.city,
    postal_code: place.postalCode,
    ...(place.state === undefined ? {} : { state: place.state }),
    country: place.country,
    coordinates,
    evses,
    time_zone: place.timeZone,
    ...surroundings(site, number, coordinates, street),
    last_updated: evses
      .map((each) => each.last_updated)
      .sort()
      .at(-1),
  };
}

const directory = process.argv[2] ?? dirname(fileURLToPath(import.meta.url));
const locations = Array.from({ length: COUNT }, (_, index) => location(index + 1));
const lines = (objects) => objects.map((each) => `${JSON.stringify(each)}\n`).join('');
writeFileSync(join(directory, 'locations.ndjson'), lines(locations));
writeFileSync(join(directory, 'tariffs.ndjson'), lines(tariffs));
