import { adviseOn } from '../advice';
import { cdrs } from './index';

const START = '2026-01-05T10:00:00Z';
const END = '2026-01-05T12:00:00Z';
const period = { start_date_time: START, dimensions: [{ type: 'ENERGY', volume: 10 }], tariff_id: 'T1' };
const place = { id: 'L1', evse_uid: 'E1', connector_id: '1' };
const tariff = { id: 'T1', elements: [{ price_components: [{ type: 'ENERGY', price: 0.25, step_size: 1 }] }] };
const sound = {
  start_date_time: START,
  end_date_time: END,
  session_id: 'S1',
  cdr_location: place,
  tariffs: [tariff],
  charging_periods: [period],
  total_cost: { excl_vat: 2.5 },
  total_energy_cost: { excl_vat: 2.5 },
  total_energy: 10,
  total_time: 2,
};

const rowsOf = (change: object): string[] => adviseOn(cdrs, { ...sound, ...change }).map(({ row, path }) => `${row} ${path}`);
const measuring = (...dimensions: object[]): object => ({ charging_periods: [{ ...period, dimensions }] });

describe('advice on CDRs', () => {
  it('has none for one that is as it should be, up to rounding', () => {
    expect(rowsOf({})).toEqual([]);
    expect(rowsOf({ total_energy: 10.004, total_cost: { excl_vat: 2.504 } })).toEqual([]);
  });

  it.each([
    ['CDR-19 /cdr_location', { cdr_location: { ...place, connector_id: '#NA' } }],
    ['CDR-22 /charging_periods/1/start_date_time', { charging_periods: [period, { ...period, start_date_time: '2026-01-05T12:00:01Z' }], total_energy: 20 }],
    ['CDR-22 /charging_periods/0/start_date_time', { charging_periods: [{ ...period, start_date_time: '2026-01-05T09:59:59Z' }] }],
    ['CDR-25 /total_energy', measuring({ type: 'ENERGY', volume: 10_000 })],
    ['CDR-25 /total_time', measuring({ type: 'ENERGY', volume: 10 }, { type: 'TIME', volume: 7200 })],
    ['CDR-29 /tariffs', { tariffs: [] }],
    ['CDR-30 /total_cost/excl_vat', { total_cost: { excl_vat: 2 } }],
    ['CDR-33 /total_parking_time', { total_parking_time: 2.5 }],
    ['CDR-36 /session_id', { session_id: undefined }],
    ['CDR-39 /charging_periods', measuring({ type: 'MAX_POWER', volume: 11 })],
  ])('%s', (row, change) => {
    expect(rowsOf(change)).toEqual([row]);
  });

  it('CDR-22 tells of periods that are not in order', () => {
    const starts = [START, '2026-01-05T11:30:00Z', '2026-01-05T11:00:00Z'];
    const charging_periods = starts.map((start_date_time) => ({ ...period, start_date_time }));
    expect(rowsOf({ charging_periods, total_energy: 30 })).toEqual(['CDR-22 /charging_periods/2/start_date_time']);
  });

  it('CDR-19 CDR-36 a reservation that was never used has no place and no Session', () => {
    const unused = { cdr_location: { ...place, evse_uid: '#NA', connector_id: '#NA' }, session_id: undefined, total_energy: 0 };
    expect(rowsOf({ ...unused, charging_periods: [{ start_date_time: START, dimensions: [{ type: 'RESERVATION_TIME', volume: 1 }] }] })).toEqual([]);
  });

  it('CDR-30 CDR-31 a tariff with a minimum or maximum, or a credit, need not sum up', () => {
    const tariffs = [{ ...tariff, max_price: { excl_vat: 1 } }];
    expect(rowsOf({ tariffs, total_cost: { excl_vat: 1 } })).toEqual([]);
    expect(rowsOf({ credit: true, total_cost: { excl_vat: -2.5 } })).toEqual([]);
  });
});
