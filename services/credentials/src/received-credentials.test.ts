import { partiesOf, readCredentials, rolesAndClaims } from './received-credentials';

const role = {
  role: 'CPO',
  country_code: 'de',
  party_id: 'abc',
  business_details: { name: 'Peer', extra: { 'a.b': 1 } },
};
const good = { token: 'secret-token', url: 'https://peer.example/versions', roles: [role, { ...role, role: 'EMSP' }] };

function read(value: unknown): ReturnType<typeof readCredentials> {
  return readCredentials(Buffer.from(JSON.stringify(value)));
}

describe('readCredentials', () => {
  it('CRD-32, CRD-40: roles with their business details as sent, each party once, case-folded', () => {
    const credentials = read(good);
    expect(partiesOf(credentials)).toEqual(['DE*ABC']);
    const { roles, claims } = rolesAndClaims(credentials);
    expect(claims).toEqual(['DE*ABC']);
    expect(roles).toHaveLength(2);
    expect(roles[0]).toMatchObject({ role: 'CPO', country_code: 'de', party_id: 'abc' });
    expect(JSON.parse(roles[0]?.business_details ?? '')).toEqual(role.business_details);
  });

  it.each([
    ['CRD-29: a blank in the token', { ...good, token: 'secret token' }],
    ['CRD-29: 65 characters', { ...good, token: 'x'.repeat(65) }],
    ['CRD-30: no absolute URL', { ...good, url: '/versions' }],
    ['CRD-31: no role', { ...good, roles: [] }],
    ['CRD-31: a role without a name', { ...good, roles: [{ ...role, business_details: {} }] }],
    [
      'CRD-31: the flat shape of 2.1.1',
      { token: 'x', url: good.url, party_id: 'ABC', country_code: 'DE', business_details: { name: 'x' } },
    ],
    ['CRD-32: a role twice', { ...good, roles: [role, { ...role, country_code: 'DE' }] }],
    ['a list', [good]],
    ['null', null],
  ])('refuses %s', (_title, value) => {
    expect(() => read(value)).toThrow(expect.objectContaining({ code: 'object.invalid' }));
  });

  it('TRN-67: never repeats a token in its complaint', () => {
    expect(() => read({ ...good, token: 'my secret' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('my secret') as string }),
    );
  });

  it('TRN-22: what is no JSON is malformed', () => {
    for (const text of ['', '{', '{"token":']) {
      expect(() => readCredentials(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'body.malformed' }));
    }
  });
});
