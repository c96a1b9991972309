import type { Token } from '@roamgrid/modules';
import { authorizationInfo, decideByStore } from './decide-by-store';

const token: Token = {
  country_code: 'DE', party_id: 'RGE', uid: 'U1', type: 'RFID', contract_id: 'C1', issuer: 'I', valid: true, whitelist: 'NEVER',
  last_updated: '2026-01-01T00:00:00Z',
};
const asked = { location_id: 'L1', evse_uids: ['E1', 'E2'] };

describe('the answer to an authorization', () => {
  it('TOK-09 TOK-12 TOK-13 of an allowed Token has the whole Token, the place that was asked about, and a reference', () => {
    const info = authorizationInfo(token, decideByStore(token), asked, 'REF');
    expect(info).toEqual({ allowed: 'ALLOWED', token, location: asked, authorization_reference: 'REF' });
  });

  it('TOK-09 names only EVSEs that were asked about and are permitted, and none where there is none', () => {
    const decided = (evse_uids: string[]) => authorizationInfo(token, { allowed: 'ALLOWED', evse_uids }, asked, 'REF').location;
    expect(decided(['E2', 'E9'])).toEqual({ location_id: 'L1', evse_uids: ['E2'] });
    expect(decided([])).toEqual({ location_id: 'L1' });
  });

  it('TOK-07 TOK-09 of a Token that may not charge names no place and gives no reference', () => {
    const info = { language: 'en', text: 'Your card is blocked' };
    expect(authorizationInfo(token, { allowed: 'BLOCKED', info }, asked, 'REF')).toEqual({ allowed: 'BLOCKED', token, info });
    expect(decideByStore({ valid: false })).toEqual({ allowed: 'BLOCKED' });
  });

  it('TOK-05 without a place names none', () => {
    expect(authorizationInfo(token, decideByStore(token), undefined, 'REF')).not.toHaveProperty('location');
  });
});
