import { adviceRule, type AdviceRule, type Advise } from '../advice';
import type { CdrDimensionType } from '../shared/charging-period';
import type { TariffElement } from '../tariffs/schema';
import type { CDR } from './schema';

const NOT_ASSIGNED = '#NA';
/** Two sums are the same when they differ by less than this share of the larger, or by rounding. */
const SAME = 0.01;
const ROUNDING = 0.005;

/** Parts of total_cost. */
const PARTS = ['total_fixed_cost', 'total_energy_cost', 'total_time_cost', 'total_parking_cost', 'total_reservation_cost'] as const;

/** What has to be measured for a price component to be computed; FLAT needs nothing. */
const MEASURED: Readonly<Partial<Record<TariffElement['price_components'][number]['type'], readonly CdrDimensionType[]>>> = {
  ENERGY: ['ENERGY'],
  TIME: ['TIME', 'RESERVATION_TIME'],
  PARKING_TIME: ['PARKING_TIME'],
};

/** What our own systems are told about CDRs that are valid. */
export const cdrAdvice: readonly AdviceRule[] = [
  adviceRule<CDR>({ row: 'CDR-19', code: 'cdr.place_unknown', depth: 0 }, ({ cdr_location, total_energy }, advise) => {
    const open = cdr_location.evse_uid === NOT_ASSIGNED || cdr_location.connector_id === NOT_ASSIGNED;
    if (open && total_energy !== 0) advise('/cdr_location', `${NOT_ASSIGNED} is for reservations that were never used, and energy was`);
  }),
  adviceRule<CDR>({ row: 'CDR-22', code: 'cdr.periods_outside', depth: 0 }, adviseOnPeriods),
  adviceRule<CDR>({ row: 'CDR-25', code: 'cdr.volumes', depth: 0 }, adviseOnVolumes),
  adviceRule<CDR>({ row: 'CDR-29', code: 'cdr.no_tariffs', depth: 0 }, ({ tariffs }, advise) => {
    if ((tariffs ?? []).length === 0) advise('/tariffs', 'readers see no reason for the cost: name the tariff, also where charging is free');
  }),
  adviceRule<CDR>({ row: 'CDR-30', code: 'cdr.total_cost', depth: 0 }, adviseOnTotalCost),
  adviceRule<CDR>({ row: 'CDR-33', code: 'cdr.parking_time', depth: 0 }, ({ total_time, total_parking_time }, advise) => {
    if ((total_parking_time ?? 0) > total_time) advise('/total_parking_time', `is part of total_time, which is only ${total_time}`);
  }),
  adviceRule<CDR>({ row: 'CDR-36', code: 'cdr.no_session', depth: 0 }, ({ session_id, cdr_location }, advise) => {
    const unused = cdr_location.evse_uid === NOT_ASSIGNED;
    if ((session_id ?? '') === '' && !unused) advise('/session_id', 'readers cannot tell which Session this was');
  }),
  adviceRule<CDR>({ row: 'CDR-39', code: 'cdr.not_computable', depth: 0 }, adviseOnDimensions),
];

function adviseOnPeriods({ charging_periods, start_date_time, end_date_time }: CDR, advise: Advise): void {
  const starts = charging_periods.map((period) => Date.parse(period.start_date_time));
  const [from, to] = [Date.parse(start_date_time), Date.parse(end_date_time)];
  starts.forEach((start, index) => {
    const path = `/charging_periods/${index}/start_date_time`;
    if (start < from || start > to) advise(path, 'lies outside of start_date_time and end_date_time');
    else if (start < (starts[index - 1] ?? -Infinity)) advise(path, 'is before that of the period in front of it');
  });
}

/** kWh and hours, whose sums are the totals: what is a thousand times as much was Wh or seconds. */
function adviseOnVolumes({ charging_periods, total_energy, total_time }: CDR, advise: Advise): void {
  const dimensions = charging_periods.flatMap((period) => period.dimensions);
  const sumOf = (...types: readonly CdrDimensionType[]): number =>
    dimensions.filter(({ type }) => types.includes(type)).reduce((sum, { volume }) => sum + volume, 0);
  const has = (type: CdrDimensionType): boolean => dimensions.some((dimension) => dimension.type === type);
  const energy = sumOf('ENERGY');
  if (has('ENERGY') && !isSame(energy, total_energy)) advise('/total_energy', `is ${total_energy} kWh, the periods have ${energy}`);
  const time = sumOf('TIME', 'PARKING_TIME');
  if (has('TIME') && time > total_time && !isSame(time, total_time)) advise('/total_time', `is ${total_time} hours, the periods have ${time}`);
}

/** The sum of its parts, unless a minimum or maximum of a tariff is reached; parts that are not given may still be in it. */
function adviseOnTotalCost(cdr: CDR, advise: Advise): void {
  const isBounded = (cdr.tariffs ?? []).some(({ min_price, max_price }) => (min_price ?? max_price ?? null) !== null);
  if (isBounded || cdr.credit === true) return;
  const parts = PARTS.flatMap((name) => cdr[name]?.excl_vat ?? []);
  const sum = parts.reduce((total, part) => total + part, 0);
  const total = cdr.total_cost.excl_vat;
  const differs = !isSame(sum, total) && (sum > total || parts.length === PARTS.length);
  if (parts.length > 0 && differs) advise('/total_cost/excl_vat', `is ${total}, its parts make ${sum}`);
}

function adviseOnDimensions({ charging_periods, tariffs }: CDR, advise: Advise): void {
  const measured = new Set<string>(charging_periods.flatMap(({ dimensions }) => dimensions.map(({ type }) => type)));
  const used = new Set(charging_periods.flatMap(({ tariff_id }) => tariff_id?.toUpperCase() ?? []));
  const elements = (tariffs ?? []).filter(({ id }) => used.has(id.toUpperCase())).flatMap((tariff) => tariff.elements);
  const priced = new Set(elements.flatMap(({ price_components }) => price_components.map(({ type }) => type)));
  const needed = [...priced].flatMap((type) => MEASURED[type] ?? []);
  if (needed.length > 0 && !needed.some((type) => measured.has(type))) {
    advise('/charging_periods', `the cost cannot be computed again: no ${needed.join(' or ')} is given`);
  }
}

function isSame(one: number, other: number): boolean {
  return Math.abs(one - other) <= Math.max(Math.abs(one), Math.abs(other)) * SAME + ROUNDING;
}
