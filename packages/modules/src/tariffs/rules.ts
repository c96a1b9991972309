import type { Report } from '../schema';
import type { Tariff } from './schema';

/** TAR-22: an element for reservations holds FLAT and TIME components only. */
export function reservationsCostFlatAndTime(tariff: Partial<Tariff>, report: Report): void {
  tariff.elements?.forEach((element, index) => {
    if (element.restrictions?.reservation === undefined || element.restrictions.reservation === null) return;
    element.price_components.forEach(({ type }, component) => {
      if (type !== 'FLAT' && type !== 'TIME') {
        const path = `/elements/${index}/price_components/${component}/type`;
        report(path, 'must be FLAT or TIME in an element for reservations', type);
      }
    });
  });
}

/** TAR-26: the lowest price is not above the highest. */
export function priceLimitsAreOrdered(tariff: Partial<Tariff>, report: Report): void {
  const { min_price: min, max_price: max } = tariff;
  if (!min || !max) return;
  if (min.excl_vat > max.excl_vat) {
    report('/min_price/excl_vat', `must be at most that of max_price, ${max.excl_vat}`, min.excl_vat);
  }
}
