import { isPriced, priceCharge, type DemoTariff } from './price-charge';

const tariff: DemoTariff = {
  id: 'T1',
  currency: 'EUR',
  elements: [
    { price_components: [{ type: 'ENERGY', price: 9 }], restrictions: { min_kwh: 50 } },
    { price_components: [{ type: 'ENERGY', price: 0.4, vat: 21 }, { type: 'FLAT', price: 0.5 }] },
    { price_components: [{ type: 'ENERGY', price: 7 }, { type: 'TIME', price: 1.2, vat: 10 }] },
  ],
};

describe('the price of a simulated charge', () => {
  it('adds the first component of each dimension that has no restrictions', () => {
    expect(priceCharge(tariff, 10, 0.5)).toEqual({ excl_vat: 5.1, incl_vat: 6 });
  });

  it('is nothing where all components have restrictions', () => {
    const restricted = { ...tariff, elements: tariff.elements.slice(0, 1) };
    expect([isPriced(tariff), isPriced(restricted), priceCharge(restricted, 10, 1)]).toEqual([true, false, { excl_vat: 0, incl_vat: 0 }]);
  });
});
