import type { Tariff } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';

/** A Tariff of two elements with VAT. */
export function sampleTariff({ country_code, party_id }: Party, id: string, lastUpdated: string): Tariff {
  return {
    country_code,
    party_id,
    id,
    currency: 'EUR',
    type: 'REGULAR',
    elements: [
      {
        price_components: [
          { type: 'ENERGY', price: 0.25, vat: 21, step_size: 1 },
          { type: 'FLAT', price: 0.5, vat: 21, step_size: 1 },
        ],
        restrictions: { start_time: '09:00', end_time: '18:00', day_of_week: ['MONDAY', 'FRIDAY'] },
      },
      { price_components: [{ type: 'ENERGY', price: 0.2, vat: 21, step_size: 1 }] },
    ],
    last_updated: lastUpdated,
  };
}
