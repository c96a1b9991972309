import { creditedId, creditOf, creditProblems } from './credit';
import type { CDR } from './schema';

const original: CDR = {
  country_code: 'NL',
  party_id: 'RGC',
  id: 'C1',
  start_date_time: '2026-06-01T10:00:00Z',
  end_date_time: '2026-06-01T12:00:00Z',
  cdr_token: { country_code: 'NL', party_id: 'RGE', uid: 'T1', type: 'RFID', contract_id: 'NL-RGE-C1' },
  auth_method: 'WHITELIST',
  cdr_location: {
    id: 'LOC1', address: 'Straat 1', city: 'Utrecht', country: 'NLD', coordinates: { latitude: '52.090737', longitude: '5.121420' },
    evse_uid: 'E1', evse_id: 'NL*RGC*E1', connector_id: '1', connector_standard: 'IEC_62196_T2', connector_format: 'CABLE', connector_power_type: 'AC_3_PHASE',
  },
  currency: 'EUR',
  charging_periods: [{ start_date_time: '2026-06-01T10:00:00Z', dimensions: [{ type: 'ENERGY', volume: 10 }] }],
  total_cost: { excl_vat: 4.1, incl_vat: 4.96 },
  total_energy: 10,
  total_energy_cost: { excl_vat: 4.1 },
  total_time: 2,
  remark: 'first',
  last_updated: '2026-06-01T12:05:00Z',
};
const credit = creditOf(original, { id: 'C1-C', last_updated: '2026-06-02T09:00:00Z' });

describe('a Credit CDR', () => {
  it('CDR-12 has all data of the original under an id of its own, and only total_cost is negated', () => {
    const { remark, ...kept } = original;
    expect(remark).toBe('first');
    expect(credit).toEqual({
      ...kept,
      id: 'C1-C',
      total_cost: { excl_vat: -4.1, incl_vat: -4.96 },
      credit: true,
      credit_reference_id: 'C1',
      last_updated: '2026-06-02T09:00:00Z',
    });
    expect(creditProblems(credit, original, 'own')).toEqual([]);
    expect(creditOf(original, { id: 'C2', last_updated: '', remark: 'wrong tariff' }).remark).toBe('wrong tariff');
  });

  it('CDR-12 of a free charge costs 0, not -0', () => {
    const free = creditOf({ ...original, total_cost: { excl_vat: 0 } }, { id: 'C2', last_updated: '' });
    expect(JSON.stringify(free.total_cost)).toBe('{"excl_vat":0}');
    expect(Object.is(free.total_cost.excl_vat, 0)).toBe(true);
  });

  it.each<[string, Partial<CDR>, string[]]>([
    ['another amount', { total_cost: { excl_vat: -4, incl_vat: -4.96 } }, ['/total_cost/excl_vat must be -4.1, minus that of C1']],
    ['no VAT', { total_cost: { excl_vat: -4.1 } }, ['/total_cost/incl_vat must be -4.96, minus that of C1']],
    ['another currency', { currency: 'USD' }, ['/currency must be EUR, that of C1']],
  ])('CDR-15 with %s is no credit, whoever made it', (_what, changes, problems) => {
    expect(creditProblems({ ...credit, ...changes }, original, 'received')).toEqual(problems);
    expect(creditProblems({ ...credit, ...changes }, original, 'own')).toEqual(problems);
  });

  it('CDR-12 of our own keeps all other data, in whatever order; of a peer it need not', () => {
    const negated = { ...credit, total_energy: -10, total_energy_cost: { excl_vat: -4.1 } };
    expect(creditProblems(negated, original, 'own')).toEqual(['/total_energy must be that of C1', '/total_energy_cost must be that of C1']);
    expect(creditProblems(negated, original, 'received')).toEqual([]);
    const { longitude, latitude } = credit.cdr_location.coordinates;
    const turned = { ...credit, cdr_location: { ...credit.cdr_location, coordinates: { longitude, latitude } }, meter_id: null };
    expect(creditProblems(turned, original, 'own')).toEqual([]);
  });

  it('credits no credit', () => {
    expect(creditProblems(creditOf(credit, { id: 'C1-CC', last_updated: '' }), credit, 'received')).toEqual([
      '/credit_reference_id names C1-C, which is a Credit CDR itself',
    ]);
  });

  it('CDR-13 names what it credits; another CDR names nothing', () => {
    expect([creditedId(credit), creditedId(original), creditedId({ credit: false, credit_reference_id: 'C1' })]).toEqual(['C1', undefined, undefined]);
  });
});
