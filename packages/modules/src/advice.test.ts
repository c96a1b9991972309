import { adviseOn } from './advice';
import { locations } from './locations';
import { tariffs } from './tariffs';

const T = '2026-01-05T10:00:00Z';
const connector = { id: '1', tariff_ids: ['T1'], last_updated: T };
const evse = { uid: 'E1', status: 'AVAILABLE', connectors: [connector], last_updated: T };
const location = { publish: true, evses: [evse], last_updated: T };
const said = (module: typeof locations, value: unknown, depth?: number): string[] =>
  adviseOn(module, value, depth).map(({ row, code, path }) => `${row} ${code} ${path}`);

describe('advice on Locations', () => {
  it('has nothing to say about one that is as it should be', () => {
    expect(said(locations, location)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['LOC-27', { evses: [] }, 'location.expired /evses'],
    ['LOC-27', { evses: [{ ...evse, status: 'REMOVED' }] }, 'location.expired /evses'],
    ['LOC-42', { publish: false }, 'location.shown_to_nobody /publish_allowed_to'],
    ['LOC-41', { evses: [{ ...evse, publish: false }] }, 'evse.publish /evses/0/publish'],
    ['LOC-44', { evses: [evse, { ...evse, connectors: [connector, connector] }] }, 'evse.connector_not_chosen /evses/1/connectors'],
    ['LOC-56', { evses: [{ ...evse, connectors: [{ id: '1' }] }] }, 'connector.no_tariff /evses/0/connectors/0/tariff_ids'],
    ['LOC-56', { evses: [{ ...evse, connectors: [{ id: '1', tariff_ids: [] }] }] }, 'connector.no_tariff /evses/0/connectors/0/tariff_ids'],
  ])('%s %j: %s', (row, change, expected) => {
    expect(said(locations, { ...location, ...change })).toEqual([`${row} ${expected}`]);
  });

  it('LOC-42 LOC-44 is silent where somebody is named, or a connector has to be', () => {
    const capabilities = ['START_SESSION_CONNECTOR_REQUIRED'];
    const named = { publish: false, publish_allowed_to: [{ group_id: 'G' }] };
    const evses = [{ ...evse, capabilities, connectors: [connector, connector] }];
    expect(said(locations, { ...location, ...named, evses })).toEqual([]);
  });

  it('judges an EVSE or a Connector that is written by itself', () => {
    expect(said(locations, { ...evse, connectors: [connector, connector] }, 1)).toEqual(['LOC-44 evse.connector_not_chosen /connectors']);
    expect(said(locations, { id: '1' }, 2)).toEqual(['LOC-56 connector.no_tariff /tariff_ids']);
  });

  it('stops after ten', () => {
    const evses = Array.from({ length: 30 }, () => ({ ...evse, connectors: [{ id: '1' }] }));
    expect(said(locations, { ...location, evses })).toHaveLength(10);
  });
});

const energy = (price: number, more: object = {}): object => ({ type: 'ENERGY', price, step_size: 1, ...more });
const element = (component: object, restrictions?: object): object => ({
  price_components: [component],
  ...(restrictions && { restrictions }),
});
const tariff = { currency: 'EUR', elements: [element(energy(0.25, { vat: 20 }))], last_updated: T };
const text = (value: string): object => ({ tariff_alt_text: [{ language: 'en', text: value }] });

describe('advice on Tariffs', () => {
  it.each<[string, object]>([
    ['a plain one', {}],
    ['a text without a price', text('Free parking for 2 hours, 25 places')],
    ['a step_size of a FLAT component', { elements: [element({ type: 'FLAT', price: 1, step_size: 5 })] }],
    ['a fallback behind a restriction', { elements: [element(energy(0.1), { max_kwh: 5 }), element(energy(0.2))] }],
    ['a reservation, which needs no fallback', { elements: [element({ type: 'TIME', price: 1, step_size: 1 }, { reservation: 'RESERVATION' })] }],
  ])('has nothing to say about %s', (_, change) => {
    expect(said(tariffs, { ...tariff, ...change })).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['TAR-17', text('0.25 per kWh'), 'tariff.price_in_text /tariff_alt_text/0/text'],
    ['TAR-17', text('only 0,30 with VAT'), 'tariff.price_in_text /tariff_alt_text/0/text'],
    ['TAR-17', { ...text('2 EUR a session'), elements: [element({ type: 'FLAT', price: 2, step_size: 1 })] }, 'tariff.price_in_text /tariff_alt_text/0/text'],
    ['TAR-23', { elements: [element(energy(0.25, { step_size: 1000 }))] }, 'tariff.step_size /elements/0/price_components/0/step_size'],
    ['TAR-24', { elements: [element(energy(0.25), { max_kwh: 5 })] }, 'tariff.no_fallback /elements'],
    ['TAR-24', { elements: [element(energy(0.25)), element(energy(0.1), { max_kwh: 5 })] }, 'tariff.no_fallback /elements/0'],
  ])('%s %j: %s', (row, change, expected) => {
    expect(said(tariffs, { ...tariff, ...change })).toEqual([`${row} ${expected}`]);
  });
});
