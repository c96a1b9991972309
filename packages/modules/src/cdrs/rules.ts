import type { Report } from '../schema';
import { SESSION_ONLY_DIMENSIONS } from '../shared/charging-period';
import type { CDR } from './schema';

/** Longer ids are for Credit CDRs, which add to the id of what they credit (CDR-11). */
const LONGEST_ID = 36;

/** CDR-13: a Credit CDR says what it credits. */
export function creditNamesItsOriginal({ credit, credit_reference_id }: Partial<CDR>, report: Report): void {
  if (credit === true && (credit_reference_id ?? '') === '') report('/credit_reference_id', 'is required when credit is true');
}

/** CDR-12, CDR-14: only a Credit CDR refers to another CDR, and takes money back. */
export function onlyCreditsRefer({ credit, credit_reference_id, id, total_cost }: Partial<CDR>, report: Report): void {
  if (credit === true) {
    if ((total_cost?.excl_vat ?? 0) > 0) report('/total_cost/excl_vat', 'must not be above 0 when credit is true', total_cost?.excl_vat);
    return;
  }
  if ((credit_reference_id ?? '') !== '') report('/credit_reference_id', 'must be absent unless credit is true', credit_reference_id);
  if ((id?.length ?? 0) > LONGEST_ID) report('/id', `must have at most ${LONGEST_ID} characters unless credit is true`, id);
}

/** CDR-24: what is of interest only while a Session runs is no part of its CDR. */
export function dimensionsAreOfCdrs({ charging_periods }: Partial<CDR>, report: Report): void {
  charging_periods?.forEach(({ dimensions }, period) => {
    dimensions.forEach(({ type }, index) => {
      if (!SESSION_ONLY_DIMENSIONS.includes(type)) return;
      report(`/charging_periods/${period}/dimensions/${index}/type`, 'must be a dimension that a CDR has', type);
    });
  });
}

/** CDR-28: a period names a tariff that stands in the CDR. */
export function tariffsOfPeriodsAreGiven({ charging_periods, tariffs }: Partial<CDR>, report: Report): void {
  const given = new Set((tariffs ?? []).map(({ id }) => id.toUpperCase()));
  charging_periods?.forEach(({ tariff_id: id }, period) => {
    if (id === undefined || id === null || given.has(id.toUpperCase())) return;
    report(`/charging_periods/${period}/tariff_id`, 'must be the id of one of the tariffs of the CDR', id);
  });
}

/** CDR-35, CDR-48: it ends after it began, and is made after it ended: else whoever asks for changes would miss it. */
export function momentsAreInOrder({ start_date_time, end_date_time, last_updated }: Partial<CDR>, report: Report): void {
  if (start_date_time === undefined || end_date_time === undefined || last_updated === undefined) return;
  if (Date.parse(end_date_time) < Date.parse(start_date_time)) report('/end_date_time', 'must not be before start_date_time', end_date_time);
  if (Date.parse(last_updated) < Date.parse(end_date_time)) report('/last_updated', 'must not be before end_date_time', last_updated);
}
