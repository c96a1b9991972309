import { schemaAt } from '../define-module';
import type { Mode, Validator } from '../schema';
import { tariffs } from './index';
import type { Tariff, TariffElement } from './schema';

const energy: TariffElement = { price_components: [{ type: 'ENERGY', price: 0.42, vat: 21, step_size: 1 }] };
const tariff: Tariff = {
  country_code: 'NL',
  party_id: 'RGC',
  id: 'T1',
  currency: 'EUR',
  elements: [energy],
  last_updated: '2026-06-07T18:40:07Z',
};
const schema = schemaAt(tariffs, '2.2.1');

function paths(check: Validator, value: unknown): string[] {
  const result = check(value);
  return result.ok ? [] : result.problems.map(({ path }) => path);
}

/** Paths of the problems of a Tariff with these fields, in each mode. */
function breaches(fields: Record<string, unknown>): Record<Mode, string[]> {
  const value = { ...tariff, ...fields };
  return { received: paths(schema.put.received, value), own: paths(schema.put.own, value) };
}

function restricted(restrictions: Record<string, unknown>): Record<string, unknown> {
  return { elements: [{ ...energy, restrictions }] };
}

const none = { received: [], own: [] };
const both = (...list: string[]): Record<Mode, string[]> => ({ received: list, own: list });

describe('Tariff', () => {
  it.each(['country_code', 'party_id', 'id', 'currency', 'elements', 'last_updated'])('TAR-12 requires %s', (field) => {
    const value = Object.fromEntries(Object.entries(tariff).filter(([name]) => name !== field));
    expect(paths(schema.put.received, value)).toEqual([`/${field}`]);
  });

  it('TAR-12 wants elements, components and their step_size', () => {
    expect(breaches({ elements: [] })).toEqual(both('/elements'));
    expect(breaches({ elements: [{ price_components: [] }] })).toEqual(both('/elements/0/price_components'));
    expect(breaches({ elements: [{ price_components: [{ type: 'FLAT', price: 1 }] }] })).toEqual(
      both('/elements/0/price_components/0/step_size'),
    );
  });

  it('TAR-13 takes an absent type and the five literals', () => {
    for (const type of ['AD_HOC_PAYMENT', 'PROFILE_CHEAP', 'PROFILE_FAST', 'PROFILE_GREEN', 'REGULAR']) {
      expect(breaches({ type })).toEqual(none);
    }
    expect(breaches({ type: 'GREEN' })).toEqual(both('/type'));
  });

  it('TAR-18 takes a tariff that is free of charge', () => {
    expect(breaches({ elements: [{ price_components: [{ type: 'FLAT', price: 0, step_size: 0 }] }] })).toEqual(none);
  });

  it.each([
    { start_time: '24:00' },
    { end_time: '9:00' },
    { start_time: '12:60' },
    { start_date: '2026-02-30' },
    { end_date: '01-02-2026' },
  ])('TAR-21 refuses %j', (restrictions) => {
    expect(breaches(restricted(restrictions))).toEqual(
      both(`/elements/0/restrictions/${Object.keys(restrictions)[0]}`),
    );
  });

  it('TAR-21 takes windows past midnight and dates', () => {
    const restrictions = { start_time: '23:00', end_time: '00:00', start_date: '2026-06-01', end_date: '2026-09-01' };
    expect(breaches(restricted(restrictions))).toEqual(none);
  });

  it('TAR-22 takes only FLAT and TIME in an element for reservations', () => {
    expect(breaches(restricted({ reservation: 'RESERVATION' }))).toEqual(both('/elements/0/price_components/0/type'));
    const fee = {
      price_components: [{ type: 'FLAT', price: 5, step_size: 1 }],
      restrictions: { reservation: 'RESERVATION_EXPIRES' },
    };
    expect(breaches({ elements: [fee, energy] })).toEqual(none);
  });

  it('TAR-25 TAR-27 takes repeated dimensions and negative prices', () => {
    const [component] = energy.price_components;
    expect(breaches({ elements: [{ price_components: [component, { ...component, price: -0.1 }] }] })).toEqual(none);
  });

  it('TAR-26 wants min_price up to max_price in our own', () => {
    const limits = { min_price: { excl_vat: 10 }, max_price: { excl_vat: 5 } };
    expect(breaches(limits)).toEqual({ received: [], own: ['/min_price/excl_vat'] });
    expect(breaches({ ...limits, max_price: { excl_vat: 10 } })).toEqual(none);
  });

  it('TAR-28 LOC-62 wants energy sources that add up to 100 in our own', () => {
    const energy_mix = { is_green_energy: true, energy_sources: [{ source: 'SOLAR', percentage: 80 }] };
    expect(breaches({ energy_mix })).toEqual({ received: [], own: ['/energy_mix/energy_sources'] });
  });

  it('TYP-18 wants a currency of three letters, of our own capital ones', () => {
    expect(breaches({ currency: '€' })).toEqual(both('/currency'));
    expect(breaches({ currency: 'eur' })).toEqual({ received: [], own: ['/currency'] });
  });
});
