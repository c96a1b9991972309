import { cdrs, tariffs } from '@roamgrid/modules';
import { bytesOf, evse, location, own, scopeOf, T2 } from '../test/samples';
import { stateOf } from './incoming';
import { partOf } from './part-of';

describe('what a state says of the history of its object', () => {
  const part = (changes: object): string | undefined => partOf(own.module, location({ ...changes }));

  it('is the same digest while nothing changes that the history tells apart', () => {
    expect(part({ evses: [evse('E1', { status: 'CHARGING' }), evse('E2')], last_updated: T2 })).toBe(part({}));
    expect(part({ address: 'Street 2' })).not.toBe(part({}));
    expect(part({})).toMatch(/^[\w-]{27}$/);
  });

  it('is nothing where the whole object counts, or where no history is kept', () => {
    expect([partOf(tariffs, { id: 'T1' }), partOf(cdrs, { id: 'C1' })]).toEqual([undefined, undefined]);
  });

  it('CDR-15 is, of a Credit CDR, what it credits', () => {
    const credit = { id: 'C1-C', credit: true, credit_reference_id: 'c1', cdr_token: { country_code: 'NL', party_id: 'RGE' }, last_updated: T2 };
    const claimOf = (cdr: object): string | undefined =>
      stateOf(scopeOf('peer-1', cdrs), ['NL', 'TNM', 'C1-C'], { ...credit, ...cdr }, bytesOf(credit)).claim;
    expect([claimOf({}), claimOf({ credit: false })]).toEqual(['NL*TNM*C1', undefined]);
  });
});
