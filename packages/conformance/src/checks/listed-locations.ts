import { formatOcpiDateTime } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectThat, show } from '../check/expect';
import { field, listField, textField } from '../check/field';
import { richLocation } from '../samples/sample-location';
import type { Target } from '../target/target';

/** Whether a Location is right in one respect; the text says what is wrong and where. */
type Fault = (location: unknown) => string | undefined;

/** Rows about the Location object, held against everything that the platform lists. */
export const listedLocationChecks: readonly Check[] = [
  listed(
    ['LOC-01', 'LOC-45'],
    'complete Locations, with all required fields',
    (location) =>
      missing(location, REQUIRED) ??
      first(evsesOf(location), (evse) => missing(evse, EVSE_REQUIRED)) ??
      first(connectorsOf(location), (connector) => missing(connector, CONNECTOR_REQUIRED)),
  ),
  listed(['LOC-38'], 'publish_allowed_to only with publish=false', (location) =>
    field(location, 'publish') === true && listField(location, 'publish_allowed_to').length > 0
      ? 'publish_allowed_to with publish=true'
      : undefined,
  ),
  listed(['LOC-39'], 'PublishTokens with uid, visual_number or group_id, and what these need', (location) =>
    first(listField(location, 'publish_allowed_to'), publishTokenFault),
  ),
  listed(['LOC-46'], 'time_zone is an IANA name', (location) => {
    const zone = textField(location, 'time_zone') ?? '';
    return /^[A-Z][A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(zone) && isTimeZone(zone) ? undefined : `time_zone ${zone}`;
  }),
  listed(['LOC-47'], 'no empty postal_code or state', (location) =>
    ['postal_code', 'state']
      .map((name) => (field(location, name) === '' ? `an empty ${name}` : undefined))
      .find(Boolean),
  ),
  listed(
    ['LOC-48'],
    'address up to 255 and state up to 45 characters',
    (location) => tooLong(location, 'address', 255) ?? tooLong(location, 'state', 45) ?? tooLong(location, 'city', 45),
  ),
  listed(['LOC-49'], 'twentyfourseven always given; regular_hours exactly when it is false', hoursFault),
  listed(['LOC-50'], 'regular_hours: weekday 1 to 7, HH:MM, end after begin', (location) =>
    first(listField(location, 'opening_times', 'regular_hours'), regularHoursFault),
  ),
  listed(
    ['LOC-29'],
    'uids of EVSEs and, within an EVSE, ids of Connectors are there once',
    (location) =>
      repeated(evsesOf(location), 'uid') ??
      first(evsesOf(location), (evse) => repeated(listField(evse, 'connectors'), 'id')),
  ),
  listed(['LOC-51'], 'exceptional periods are in UTC and end after they begin', (location) => {
    const lists = ['exceptional_openings', 'exceptional_closings'].map((name) =>
      listField(location, 'opening_times', name),
    );
    return first(lists.flat(), periodFault);
  }),
  listed(['LOC-55'], 'max_electric_power is in W', (location) =>
    first(connectorsOf(location), (connector) => {
      const power = Number(field(connector, 'max_electric_power') ?? LEAST_POWER);
      return power < LEAST_POWER ? `max_electric_power ${power}` : undefined;
    }),
  ),
  listed(['TYP-02', 'TYP-04', 'TYP-06'], 'every last_updated is in UTC, of at most 25 characters', (location) =>
    first([location, ...evsesOf(location), ...connectorsOf(location)], (each) =>
      timeFault(field(each, 'last_updated')),
    ),
  ),
  listed(['TYP-22', 'TYP-24'], 'coordinates are texts of 5 to 7 decimals, and on Earth', (location) =>
    first(
      [location, ...evsesOf(location)].map((each) => field(each, 'coordinates') ?? undefined),
      coordinatesFault,
    ),
  ),
  listed(
    ['TYP-18', 'TYP-19'],
    'country_code of two letters, party_id of three characters, country of three letters',
    (location) => {
      const forms = { country_code: /^[A-Z]{2}$/i, party_id: /^[A-Z0-9]{3}$/i, country: /^[A-Z]{3}$/ };
      return first(Object.entries(forms), (form) => {
        const [name, pattern] = form as [string, RegExp];
        return pattern.test(textField(location, name) ?? '') ? undefined : `${name} ${show(field(location, name))}`;
      });
    },
  ),
  listed(['TYP-21'], 'names are in snake_case', (location) => camelCase(location)),
  listed(
    ['LOC-54'],
    'max_voltage, max_amperage and max_electric_power are integers; three-phase is line to neutral',
    (location) => first(connectorsOf(location), connectorFault),
  ),
  listed(['LOC-58'], 'every EVSE has a Connector', (location) =>
    first(evsesOf(location), (evse) =>
      listField(evse, 'connectors').length > 0 ? undefined : 'an EVSE without connectors',
    ),
  ),
  listed(['LOC-61'], 'floor_level up to 4 and physical_reference up to 16 characters, both text', (location) =>
    first(evsesOf(location), (evse) => notText(evse, 'floor_level', 4) ?? notText(evse, 'physical_reference', 16)),
  ),
  listed(
    ['LOC-62'],
    'energy_mix: is_green_energy given, sources sum to 100, environ_impact by category',
    energyMixFault,
  ),
  listed(['LOC-63'], 'images: url, category, type up to 4 characters, width and height up to 5 digits', (location) =>
    first(
      [...listField(location, 'images'), ...evsesOf(location).flatMap((evse) => listField(evse, 'images'))],
      imageFault,
    ),
  ),
  listed(['LOC-65', 'TYP-17'], 'related_locations.name is one DisplayText, directions a list of them', (location) => {
    const names = listField(location, 'related_locations').map((each) => field(each, 'name') ?? undefined);
    const directions = field(location, 'directions') ?? [];
    if (!Array.isArray(directions)) return `directions ${show(directions)}`;
    return first([...names.filter((name) => name !== undefined), ...(directions as unknown[])], displayTextFault);
  }),
];

const REQUIRED = [
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
];
const EVSE_REQUIRED = ['uid', 'status', 'connectors', 'last_updated'];
const CONNECTOR_REQUIRED = ['id', 'standard', 'format', 'power_type', 'max_voltage', 'max_amperage', 'last_updated'];
/** No grid has more than this between a phase and neutral; 380 and above is between phases. */
const HIGHEST_PHASE_VOLTAGE = 379;
/** W; what is below it was meant in kW. */
const LEAST_POWER = 1_000;

function listed(ids: readonly string[], title: string, fault: Fault): Check {
  return defineCheck({
    ids,
    title: `listed locations: ${title}`,
    needs: ['locations SENDER'],
    run: async (target) => {
      if (target.hooks.seed) await target.once('rich location', () => seedRich(target));
      for (const { object, key } of await target.objects('locations', 1)) {
        const found = fault(object);
        expectThat(found === undefined, title, `${key}: ${found}`);
      }
    },
  });
}

function seedRich(target: Target): Promise<void> {
  const moment = formatOcpiDateTime(target.now() - 60_000);
  return target.seed('locations', [richLocation(target.platformCpo(), target.newId(), moment)]);
}

function evsesOf(location: unknown): readonly unknown[] {
  return listField(location, 'evses');
}

function connectorsOf(location: unknown): readonly unknown[] {
  return evsesOf(location).flatMap((evse) => listField(evse, 'connectors'));
}

function first(values: readonly unknown[], fault: Fault): string | undefined {
  return values.map(fault).find((found) => found !== undefined);
}

function missing(object: unknown, names: readonly string[]): string | undefined {
  const absent = names.find((name) => (field(object, name) ?? null) === null);
  return absent === undefined ? undefined : `no ${absent} in ${show(object)}`;
}

function repeated(objects: readonly unknown[], name: string): string | undefined {
  const values = objects.map((object) => String(field(object, name)).toUpperCase());
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  return twice === undefined ? undefined : `${name} ${twice} twice`;
}

function periodFault(period: unknown): string | undefined {
  const [begin, end] = [field(period, 'period_begin'), field(period, 'period_end')];
  const inOrder = Date.parse(String(begin)) < Date.parse(String(end));
  return (
    timeFault(begin) ?? timeFault(end) ?? (inOrder ? undefined : `a period that ends before it begins: ${show(period)}`)
  );
}

function coordinatesFault(coordinates: unknown): string | undefined {
  if (coordinates === undefined) return undefined;
  const [latitude, longitude] = [textField(coordinates, 'latitude') ?? '', textField(coordinates, 'longitude') ?? ''];
  const formed = /^-?\d{1,2}\.\d{5,7}$/.test(latitude) && /^-?\d{1,3}\.\d{5,7}$/.test(longitude);
  const onEarth = Math.abs(Number(latitude)) <= 90 && Math.abs(Number(longitude)) <= 180;
  return formed && onEarth ? undefined : `coordinates ${show(coordinates)}`;
}

function timeFault(time: unknown): string | undefined {
  const right =
    typeof time === 'string' && time.length <= 25 && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?$/.test(time);
  return right ? undefined : `the time ${show(time)}`;
}

function camelCase(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const names = Array.isArray(value) ? [] : Object.keys(value);
  const odd = names.find((name) => /[A-Z]/.test(name));
  return odd === undefined ? first(Object.values(value), camelCase) : `the name ${odd}`;
}

function tooLong(location: unknown, name: string, most: number): string | undefined {
  const { length } = [...(textField(location, name) ?? '')];
  return length > most ? `${name} of ${length} characters` : undefined;
}

function notText(object: unknown, name: string, most: number): string | undefined {
  const value = field(object, name) ?? '';
  return typeof value === 'string' && value.length <= most ? undefined : `${name} ${show(value)}`;
}

function publishTokenFault(token: unknown): string | undefined {
  const has = (name: string): boolean => textField(token, name) !== undefined;
  if (!has('uid') && !has('visual_number') && !has('group_id'))
    return `a PublishToken that names nothing: ${show(token)}`;
  if (has('uid') && !has('type')) return 'uid without type';
  return has('visual_number') && !has('issuer') ? 'visual_number without issuer' : undefined;
}

function hoursFault(location: unknown): string | undefined {
  const hours = field(location, 'opening_times') ?? undefined;
  if (hours === undefined) return undefined;
  const always = field(hours, 'twentyfourseven');
  if (typeof always !== 'boolean') return 'opening_times without twentyfourseven';
  const regular = listField(hours, 'regular_hours').length;
  return always === regular > 0 ? `twentyfourseven ${always} with ${regular} regular_hours` : undefined;
}

function regularHoursFault(hours: unknown): string | undefined {
  const [begin = '', end = ''] = [textField(hours, 'period_begin'), textField(hours, 'period_end')];
  const time = /^([01]\d|2[0-3]):[0-5]\d$/;
  const weekday = field(hours, 'weekday');
  const holds =
    Number.isInteger(weekday) && Number(weekday) >= 1 && Number(weekday) <= 7 && time.test(begin) && time.test(end);
  return holds && begin < end ? undefined : show(hours);
}

function connectorFault(connector: unknown): string | undefined {
  const numbers = ['max_voltage', 'max_amperage', 'max_electric_power'];
  const odd = numbers.find(
    (name) => (field(connector, name) ?? undefined) !== undefined && !Number.isInteger(field(connector, name)),
  );
  if (odd !== undefined) return `${odd} ${show(field(connector, odd))}`;
  const voltage = Number(field(connector, 'max_voltage'));
  const threePhase = field(connector, 'power_type') === 'AC_3_PHASE';
  return threePhase && voltage > HIGHEST_PHASE_VOLTAGE ? `AC_3_PHASE with max_voltage ${voltage}` : undefined;
}

function energyMixFault(location: unknown): string | undefined {
  const mix = field(location, 'energy_mix') ?? undefined;
  if (mix === undefined) return undefined;
  if (typeof field(mix, 'is_green_energy') !== 'boolean') return 'energy_mix without is_green_energy';
  const shares = listField(mix, 'energy_sources').map((source) => Number(field(source, 'percentage')));
  const sum = shares.reduce((total, share) => total + share, 0);
  if (shares.length > 0 && Math.abs(sum - 100) > 0.01) return `energy_sources that sum to ${sum}`;
  return first(listField(mix, 'environ_impact'), (impact) => missing(impact, ['category', 'amount']));
}

function imageFault(image: unknown): string | undefined {
  const sizes = ['width', 'height'].map((name) => field(image, name) ?? 0);
  const sized = sizes.every((size) => Number.isInteger(size) && Number(size) <= 99_999);
  const type = textField(image, 'type') ?? '';
  return sized && type !== '' && type.length <= 4 && missing(image, ['url', 'category']) === undefined
    ? undefined
    : show(image);
}

function displayTextFault(text: unknown): string | undefined {
  return /^[a-z]{2}$/i.test(textField(text, 'language') ?? '') && textField(text, 'text') !== undefined
    ? undefined
    : show(text);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
