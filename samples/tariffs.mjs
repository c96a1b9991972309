/** Tariffs of several shapes for the two parties of the samples. Prices exclude VAT, per kWh, hour or session. */
const component = (type, price, vat, step_size = 1) => ({ type, price, vat, step_size });

/** One component of each kind at the party's VAT rate. */
function kinds(vat) {
  return {
    energy: (price, step) => component('ENERGY', price, vat, step),
    time: (price, step) => component('TIME', price, vat, step),
    parking: (price, step) => component('PARKING_TIME', price, vat, step),
    flat: (price) => component('FLAT', price, vat),
  };
}

const element = (price_components, restrictions) => ({ price_components, ...(restrictions ? { restrictions } : {}) });
const price = (excl_vat, vat) => ({ excl_vat, incl_vat: Number((excl_vat * (1 + vat / 100)).toFixed(4)) });
const english = (text) => [{ language: 'en', text }];

const MAINS = [
  { source: 'WIND', percentage: 55.5 },
  { source: 'SOLAR', percentage: 24.5 },
  { source: 'WATER', percentage: 20 },
];
const WORKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'];

/** AC tariffs: simple, start fee, parking, time, day and night, weekend, energy steps, current. */
function slow({ energy, time, parking, flat }) {
  return [
    { id: 'AC-SIMPLE', elements: [element([energy(0.42)])] },
    { id: 'AC-START', type: 'REGULAR', elements: [element([flat(0.5), energy(0.39)])] },
    {
      id: 'AC-PARKING',
      type: 'REGULAR',
      elements: [
        element([parking(3, 300)], { min_duration: 14400, start_time: '08:00', end_time: '22:00' }),
        element([energy(0.4)]),
      ],
    },
    { id: 'AC-TIME', type: 'REGULAR', elements: [element([time(1.8, 60), parking(4.5, 300)])] },
    {
      id: 'AC-DAY-NIGHT',
      type: 'REGULAR',
      elements: [element([energy(0.29)], { start_time: '23:00', end_time: '06:00' }), element([energy(0.46)])],
    },
    {
      id: 'AC-WEEKEND',
      type: 'REGULAR',
      elements: [
        element([energy(0.35), parking(1)], { day_of_week: ['SATURDAY', 'SUNDAY'] }),
        element([energy(0.45), parking(2.5)], { day_of_week: WORKDAYS }),
        element([energy(0.45)]),
      ],
    },
    {
      id: 'AC-STEPS',
      type: 'REGULAR',
      tariff_alt_text: english('The first part of each session is cheaper.'),
      elements: [
        element([energy(0.3)], { max_kwh: 10 }),
        element([energy(0.44)], { min_kwh: 10 }),
        element([energy(0.44)]),
      ],
    },
    {
      id: 'AC-CURRENT',
      elements: [
        element([energy(0.38)], { max_current: 16 }),
        element([energy(0.48)], { min_current: 16 }),
        element([energy(0.48)]),
      ],
    },
  ];
}

/** DC tariffs: simple, power bands, highest and lowest price, a season. */
function fast({ energy, flat, parking }, vat) {
  return [
    { id: 'DC-SIMPLE', elements: [element([energy(0.62)])] },
    {
      id: 'DC-POWER',
      type: 'REGULAR',
      elements: [
        element([energy(0.52)], { max_power: 50 }),
        element([energy(0.62)], { min_power: 50, max_power: 150 }),
        element([energy(0.72)], { min_power: 150 }),
        element([energy(0.62)]),
      ],
    },
    { id: 'DC-MAX', type: 'REGULAR', max_price: price(60, vat), elements: [element([flat(1), energy(0.64)])] },
    { id: 'DC-MIN', type: 'REGULAR', min_price: price(2.5, vat), elements: [element([energy(0.59, 100)])] },
    {
      id: 'DC-SUMMER',
      type: 'REGULAR',
      start_date_time: '2026-03-01T00:00:00Z',
      end_date_time: '2027-03-01T00:00:00Z',
      tariff_alt_url: 'https://www.riverglow.example/summer',
      elements: [
        element([energy(0.55)], { start_date: '2026-06-01', end_date: '2026-09-01' }),
        element([energy(0.65), parking(6, 60)]),
      ],
    },
  ];
}

/** Free of charge, ad hoc payment, reservation, and one for each charging profile. */
function special({ energy, time, flat }) {
  return [
    { id: 'FREE', elements: [element([{ type: 'FLAT', price: 0, step_size: 1 }])] },
    { id: 'ADHOC-AC', type: 'AD_HOC_PAYMENT', elements: [element([energy(0.49)])] },
    { id: 'ADHOC-DC', type: 'AD_HOC_PAYMENT', elements: [element([flat(0.35), energy(0.69)])] },
    {
      id: 'RESERVE',
      type: 'REGULAR',
      elements: [
        element([flat(1), time(4, 60)], { reservation: 'RESERVATION' }),
        element([flat(3)], { reservation: 'RESERVATION_EXPIRES' }),
        element([energy(0.43)]),
      ],
    },
    {
      id: 'GREEN',
      type: 'PROFILE_GREEN',
      energy_mix: {
        is_green_energy: true,
        energy_sources: MAINS,
        environ_impact: [
          { category: 'CARBON_DIOXIDE', amount: 11.4 },
          { category: 'NUCLEAR_WASTE', amount: 0 },
        ],
        supplier_name: 'Noordzee Stroom',
        energy_product_name: 'Wind & Water',
      },
      elements: [element([energy(0.41)])],
    },
    { id: 'CHEAP', type: 'PROFILE_CHEAP', elements: [element([energy(0.33)])] },
    { id: 'FAST', type: 'PROFILE_FAST', elements: [element([energy(0.51)])] },
  ];
}

const GERMAN = ['AC-SIMPLE', 'AC-PARKING', 'DC-SIMPLE', 'DC-POWER', 'ADHOC-AC', 'ADHOC-DC', 'FREE'];

function tariffsOf(country_code, vat, isSold) {
  const make = kinds(vat);
  return [...slow(make), ...fast(make, vat), ...special(make)]
    .filter(({ id }) => isSold(id))
    .map(({ id, elements, ...rest }, index) => ({
      country_code,
      party_id: 'RGC',
      id: `RGC-${id}`,
      currency: 'EUR',
      ...rest,
      elements,
      last_updated: new Date(Date.UTC(2026, 1, 2 + index, 9, 30)).toISOString().replace('.000', ''),
    }));
}

/** All sample tariffs: those of NL/RGC, then those of DE/RGC. */
export const tariffs = [...tariffsOf('NL', 21, () => true), ...tariffsOf('DE', 19, (id) => GERMAN.includes(id))];
