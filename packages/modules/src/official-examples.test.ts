import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cdrs, credentialsSchema, locations, schemaAt, sessions, tariffs, tokens, versionDetailsSchema, versionListSchema } from './index';
import { DisplayText } from './shared/display-text';
import { objectSchema, type Mode, type Validator } from './schema';

/** The official example files of OCPI 2.2.1; they are not part of this repository. */
const folder = join(process.env['ROAMGRID_SHARED'] ?? join(__dirname, '../../../../shared'), 'ocpi/examples/2.2.1');

type Checks = Readonly<Record<Mode, Validator>>;
type Fit = (body: unknown) => unknown;

const [location, evse, connector] = [0, 1, 2].map((depth) => schemaAt(locations, '2.2.1', depth));
const tariff = schemaAt(tariffs, '2.2.1');
const cdr = schemaAt(cdrs, '2.2.1');
const session = schemaAt(sessions, '2.2.1');
const token = schemaAt(tokens, '2.2.1');

const asIs: Fit = (body) => body;
/** The printed fragments are fields of a Location, so they are held against it as a PATCH body. */
const inPatch: Fit = (body) => ({ ...(body as object), last_updated: '2026-06-07T18:40:07Z' });
const hoursInPatch: Fit = (body) => inPatch({ opening_times: body });
const dataOf: Fit = (body) => (body as { data: unknown }).data;
const itemOf =
  (index: number): Fit =>
  (body) =>
    (dataOf(body) as unknown[])[index];

function rows(first: number, names: readonly string[], checks: Checks | undefined, fit = asIs): Row[] {
  if (checks === undefined) throw new Error('no such level');
  return names.map((name, index) => ({ id: `EXM-${String(first + index).padStart(2, '0')}`, name, checks, fit }));
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly checks: Checks;
  readonly fit: Fit;
}

const valid: Row[] = [
  ...rows(
    2,
    ['', '2', '3', '4'].map((n) => `credentials_example${n}`),
    credentialsSchema.put,
  ),
  ...rows(
    6,
    ['complete', 'energy_provider', 'simple'].map((n) => `location_energymix_example_${n}`),
    location?.patch,
    inPatch,
  ),
  ...rows(
    9,
    [
      'location_example',
      'location_example_parking_garage_opening_hours',
      'location_example_uc2_destination_charger',
      'location_example_uc3_destination_charger_not_published',
      'location_example_uc4_limited_visibility',
      'location_example_uc5_home_charge_point',
    ],
    location?.put,
  ),
  ...rows(
    15,
    [
      'location_hours_247_open_exception_closing',
      'location_hours_opening_hours_with_exceptional_closing',
      'location_hours_opening_hours_with_exceptional_opening',
    ],
    location?.patch,
    hoursInPatch,
  ),
  ...rows(18, ['location_patch_example_location'], location?.patch),
  ...rows(19, ['location_patch_example_remove_evse', 'location_patch_example_status'], evse?.patch),
  ...rows(21, ['location_patch_example_tariff'], connector?.patch),
  ...rows(23, ['location_regularhours_example'], location?.patch, inPatch),
  ...rows(
    28,
    [
      'tariff_1_simple_2hour',
      'tariff_2_alt_text',
      'tariff_3_alt_url',
      'tariff_4_complex',
      'tariff_5_free_of_charge',
      'tariff_6_025kwh_start_max_price',
      'tariff_8_simple_025kwh',
      'tariff_9_025kwh_start',
      'tariff_10_025kwh_parking_start',
      'tariff_11_not_possible_alt_text',
      'tariff_12_025kwh_min_price',
      'tariff_13_simple_3hour_5parking',
      'tariff_14_step_size',
      'tariff_15_reservation_5_euro_per_hour',
      'tariff_16_reservation_2_euro_fee_5_euro_per_hour',
      'tariff_17_reservation_with_expire_fee',
      'tariff_18_reservation_with_expire_time',
    ],
    tariff.put,
  ),
  ...rows(24, ['session_example_1_simple_start', 'session_example_2_short_finished'], session.put),
  ...rows(26, ['session_patch_example_charging_period', 'session_patch_example_total_cost'], session.patch),
  ...rows(46, ['tariffrestriction_example_max_duration', 'tariffrestriction_example_max_power'], tariff.put),
  ...rows(48, ['token_example_1_app_user', 'token_example_2_full_rfid'], token.put),
  ...rows(50, ['token_patch_example'], token.patch),
  ...rows(51, ['token_put_example'], token.put),
  ...rows(52, ['transport_and_format_get_token_example'], token.put, dataOf),
  ...[0, 1, 2].flatMap((index) => rows(53, ['transport_and_format_get_token_list_example'], token.put, itemOf(index))),
  ...rows(54, ['transport_and_format_version_details_example'], versionDetailsSchema.put, dataOf),
  ...rows(55, ['transport_and_format_version_info_example'], versionListSchema, dataOf),
  ...rows(56, ['type_displaytext_example'], objectSchema(DisplayText).put),
  ...rows(57, ['version_details_example', 'version_details_example2'], versionDetailsSchema.put),
  ...rows(59, ['versions_info_example'], versionListSchema),
];

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

function paths(check: Validator | undefined, value: unknown): string[] {
  if (check === undefined) throw new Error('no such level');
  const result = check(value);
  return result.ok ? [] : result.problems.map(({ path }) => path);
}

const present = existsSync(folder);
const absent = ' (skipped: set ROAMGRID_SHARED to the folder that holds ocpi/examples)';
const title = `official examples${present ? '' : absent}`;

(present ? describe : describe.skip)(title, () => {
  it.each(valid)('$id $name is valid', ({ name, checks, fit }) => {
    const value = fit(read(name));
    expect(paths(checks.received, value)).toEqual([]);
    expect(paths(checks.own, value)).toEqual([]);
  });

  it('EXM-01 CDR-48 cdr_example is taken from a peer, not from our own systems: it is older than its end', () => {
    const value = read('cdr_example');
    expect(paths(cdr.put.received, value)).toEqual([]);
    expect(paths(cdr.put.own, value)).toEqual(['/last_updated']);
  });

  it('EXM-24 EXM-53 are what they are listed as: PENDING, and three Tokens of which one is not valid', () => {
    expect(read('session_example_1_simple_start')).toMatchObject({ status: 'PENDING' });
    const listed = dataOf(read('transport_and_format_get_token_list_example')) as { valid: boolean }[];
    expect(listed.map(({ valid: isValid }) => isValid).sort()).toEqual([false, true, true]);
  });

  it('EXM-22 LOC-22 location_put_example_add_evse is not valid', () => {
    expect(paths(evse?.put.received, read('location_put_example_add_evse'))).toEqual([
      '/connectors/0/power_type',
      '/connectors/0/max_voltage',
      '/connectors/0/max_amperage',
      '/connectors/0/last_updated',
      '/physical_reference',
    ]);
  });

  it('EXM-45 TAR-04 tariff_put_example is not valid', () => {
    expect(paths(tariff.put.received, read('tariff_put_example'))).toEqual(['/last_updated']);
  });
});
