import type { CDR } from '@roamgrid/modules';
import { formatOcpiDateTime } from '@roamgrid/ocpi';
import type { Check } from '../check/define-check';
import { without, type JsonObject } from '../check/field';
import { creditOf } from '../samples/sample-cdr';
import { told, type Ground } from './own-advice';
import { ownCdr } from './own-cdrs';

const HOUR = 3_600_000;
const LATER = 60_000;

/** Rows about how a CPO has to write its CDRs: its platform refuses, or tells it. */
export const ownCdrAdviceChecks: readonly Check[] = [
  rule('CDR-11', 'an id of more than 36 characters that is no credit', (cdr) => ({ id: `${cdr.id}${'x'.repeat(37)}`.slice(0, 37) }), {}),
  credited('CDR-12', 'a credit that takes no money back', (cdr) => creditOf(cdr, cdr.last_updated, { total_cost: cdr.total_cost })),
  credited('CDR-12', 'a credit that turns energy round, too', (cdr) => creditOf(cdr, cdr.last_updated, { total_energy: -cdr.total_energy })),
  credited('CDR-15', 'a credit of another amount', (cdr) => creditOf(cdr, cdr.last_updated, { total_cost: { excl_vat: -1 } })),
  credited('CDR-13', 'a credit of nothing', (cdr) => without(creditOf(cdr, cdr.last_updated), 'credit_reference_id')),
  rule('CDR-14', 'a replacement that refers to what it replaces', () => ({ credit: false, credit_reference_id: 'CF-OTHER' }), {}),
  rule('CDR-18', 'a place without evse_id', ({ cdr_location }) => ({ cdr_location: without(cdr_location, 'evse_id') }), {}),
  rule(
    'CDR-19',
    '#NA for an EVSE at which was charged',
    ({ cdr_location }) => ({ cdr_location: { ...cdr_location, evse_uid: '#NA', connector_id: '#NA' } }),
    {},
  ),
  rule(
    'CDR-21',
    'an address of more than 45 characters',
    ({ cdr_location }) => ({ cdr_location: { ...cdr_location, address: 'A'.repeat(46) } }),
    {},
  ),
  rule('CDR-22', 'no charging periods', () => ({ charging_periods: [] }), {}),
  rule('CDR-22', 'a period that begins after the end', (cdr) => ({ charging_periods: [...cdr.charging_periods, { ...first(cdr), start_date_time: shifted(cdr.end_date_time, LATER) }] }), {}),
  rule('CDR-24', 'a dimension that only Sessions have', (cdr) => dimension(cdr, 'POWER', 11), (cdr) => dimension(cdr, 'MAX_POWER', 11)),
  rule('CDR-25', 'energy in Wh', (cdr) => dimension(cdr, 'ENERGY', 10_000), {}),
  rule('CDR-25', 'time in seconds', (cdr) => dimension(cdr, 'TIME', 3600), (cdr) => dimension(cdr, 'TIME', 1)),
  rule('CDR-27', 'FLAT as a dimension', (cdr) => dimension(cdr, 'FLAT', 1), {}),
  rule('CDR-28', 'a period of a tariff that is not there', (cdr) => ({ charging_periods: [{ ...first(cdr), tariff_id: 'CF-OTHER' }] }), (cdr) => ({
    charging_periods: [without(first(cdr), 'tariff_id')],
  })),
  rule('CDR-29', 'no tariff at all, not even a free one', (cdr) => ({ tariffs: [], charging_periods: [without(first(cdr), 'tariff_id')] }), {}),
  rule('CDR-30', 'a total that is less than its parts', () => ({ total_cost: { excl_vat: 1 } }), () => ({ total_time_cost: { excl_vat: 0 } })),
  rule('CDR-33', 'more parking than time', () => ({ total_parking_time: 1.5 }), () => ({ total_parking_time: 0.5 })),
  rule('CDR-35', 'an end before the start', (cdr) => ({ start_date_time: shifted(cdr.end_date_time, HOUR) }), {}),
  rule('CDR-36', 'no session_id', () => ({ session_id: undefined }), {}),
  rule('CDR-39', 'nothing from which the cost of the tariff could be computed', (cdr) => ({
    charging_periods: [{ ...first(cdr), dimensions: [{ type: 'MAX_POWER', volume: 11 }] }],
  }), {}),
  rule('CDR-48', 'last_updated before the end', (cdr) => ({ last_updated: shifted(cdr.end_date_time, -LATER) }), {}),
];

type Change = object | ((cdr: CDR) => object);

/** One rule: broken by one change of a sound CDR, followed with the other. */
function rule(row: string, what: string, bad: Change, good: Change): Check {
  const cdr = (ground: Ground, change: Change): JsonObject => {
    const sound = ownCdr(ground.target);
    return { ...sound, ...(typeof change === 'function' ? (change as (cdr: CDR) => object)(sound) : change) };
  };
  return told(row, 'cdrs', what, (ground) => ({ good: [cdr(ground, good)], bad: [cdr(ground, bad)] }));
}

/** One rule about credits: both credit a CDR that is there. */
function credited(row: string, what: string, bad: (cdr: CDR) => object): Check {
  return told(row, 'cdrs', what, async ({ target }) => {
    const [one, other] = [ownCdr(target), ownCdr(target)];
    await target.seed('cdrs', [one, other]);
    return { good: [{ ...creditOf(one, one.last_updated) }], bad: [{ ...bad(other) }] };
  });
}

function first(cdr: CDR): CDR['charging_periods'][number] {
  const [period] = cdr.charging_periods;
  if (!period) throw new Error('the sample has a period');
  return period;
}

/** The CDR with another dimension; one of a type that it has already is replaced. */
function dimension(cdr: CDR, type: string, volume: number): object {
  const others = first(cdr).dimensions.filter((each) => each.type !== type);
  return { charging_periods: [{ ...first(cdr), dimensions: [...others, { type, volume }] }] };
}

function shifted(time: string, millis: number): string {
  return formatOcpiDateTime(Date.parse(time) + millis);
}
