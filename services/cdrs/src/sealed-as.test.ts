import type { CDR, CdrInput } from '@roamgrid/modules';
import { bare, cdr_token, cdrLocation, plain, tariff, type Json } from '../test/samples';
import { sealedAs } from './sealed-as';

const present = { ...plain, cdr_token, cdr_location: cdrLocation('Straat 1'), tariffs: [tariff(0.42)] } as unknown as CDR;
const again = (input: Json): Json | undefined => sealedAs(input as CdrInput, present);

describe('a CDR by names that is there already', () => {
  it.each<[string, Json]>([
    ['its session', {}],
    ['its token', { token: { country_code: 'nl', party_id: 'RGE', uid: 't1' } }],
    ['its place', { location: { location_id: 'l1', evse_uid: 'E1', connector_id: '1' } }],
    ['its tariffs', { tariff_ids: ['TAR1'] }],
  ])('CDR-08 CDR-09 by %s is what was sealed', (_what, names) => {
    expect(again({ ...bare, ...names })).toEqual(present);
  });

  it.each<[string, Json]>([
    ['another session', { session_id: 'S2' }],
    ['another token', { token: { country_code: 'NL', party_id: 'RGE', uid: 'T1', type: 'APP_USER' } }],
    ['another Connector', { location: { location_id: 'L1', evse_uid: 'E1', connector_id: '2' } }],
    ['another tariff', { tariff_ids: ['TAR2'] }],
    ['fewer tariffs', { tariff_ids: [] }],
  ])('with %s is another CDR', (_what, names) => {
    expect(again({ ...bare, ...names })).toBeUndefined();
  });

  it('keeps what is said otherwise, so that it is seen as another CDR', () => {
    expect(again({ ...bare, total_energy: 11, currency: 'USD' })).toEqual({ ...present, total_energy: 11, currency: 'USD' });
  });
});
