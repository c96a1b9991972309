import type { PartyConfig } from './config';
import { OwnPlatform } from './own-platform';

const party: PartyConfig = {
  country_code: 'NL',
  party_id: 'OWN',
  roles: ['CPO', 'EMSP'],
  business_details: { name: 'Our Company', website: 'https://example.com' },
};

describe('OwnPlatform', () => {
  const own = new OwnPlatform({
    publicUrl: 'https://ocpi.example.com/',
    parties: [party, { ...party, country_code: 'BE', roles: ['CPO'] }],
  });

  it('CRD-09, CRD-30, CRD-31: our Credentials: versions URL, the token given, one role for each party and role', () => {
    expect(JSON.parse(own.credentials('token-C').toString())).toEqual({
      token: 'token-C',
      url: 'https://ocpi.example.com/ocpi/versions',
      roles: [
        { role: 'CPO', country_code: 'NL', party_id: 'OWN', business_details: party.business_details },
        { role: 'EMSP', country_code: 'NL', party_id: 'OWN', business_details: party.business_details },
        { role: 'CPO', country_code: 'BE', party_id: 'OWN', business_details: party.business_details },
      ],
    });
    expect(own.roles).toEqual(['CPO', 'EMSP']);
  });

  it('CRD-33: knows the parties that it hosts', () => {
    expect(own.hosts('NL*OWN')).toBe(true);
    expect(own.hosts('DE*OWN')).toBe(false);
  });

  it.each([
    [{ ...party, party_id: 'TOOLONG' }, '/roles/0/party_id'],
    [{ ...party, business_details: {} }, '/roles/0/business_details/name'],
    [{ ...party, roles: ['MSP'] as unknown as PartyConfig['roles'] }, '/roles/0/role'],
  ])('CRD-31: refuses the party %j', (bad, where) => {
    const expected = { code: 'config.invalid', message: expect.stringContaining(where) as string };
    expect(() => new OwnPlatform({ publicUrl: 'https://x.example', parties: [bad] })).toThrow(
      expect.objectContaining(expected),
    );
  });

  it('CRD-32: refuses a party that is named twice with one role', () => {
    expect(
      () => new OwnPlatform({ publicUrl: 'https://x.example', parties: [party, { ...party, party_id: 'own' }] }),
    ).toThrow('country_code and party_id');
  });
});
