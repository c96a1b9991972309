import { describeProblems } from '../schema';
import { credentialsSchema } from './index';
import type { Credentials, CredentialsRole } from './schema';

const cpo: CredentialsRole = {
  role: 'CPO',
  country_code: 'NL',
  party_id: 'RGC',
  business_details: { name: 'Riverglow Charging' },
};
const credentials: Credentials = { token: 'a1-B2_c3', url: 'https://example.com/ocpi/versions', roles: [cpo] };

function paths(fields: Record<string, unknown>): string[] {
  const result = credentialsSchema.put.received({ ...credentials, ...fields });
  return result.ok ? [] : result.problems.map(({ path }) => path);
}

describe('Credentials', () => {
  it('CRD-29 takes tokens of 1 to 64 visible ASCII characters', () => {
    expect(paths({ token: '!~'.repeat(32) })).toEqual([]);
    for (const token of ['', 'a b', 'é', 'x\n', 'x'.repeat(65)]) expect(paths({ token })).toEqual(['/token']);
  });

  it('CRD-29 never shows a token in a problem', () => {
    const result = credentialsSchema.put.received({ ...credentials, token: 'very secret' });
    expect(result.ok ? '' : describeProblems(result.problems)).toBe(
      '/token must be 1 to 64 printable ASCII characters without blanks',
    );
  });

  it('CRD-30 wants an absolute url', () => {
    expect(paths({ url: '/ocpi/versions' })).toEqual(['/url']);
  });

  it('CRD-31 wants complete roles, at least one', () => {
    expect(paths({ roles: [] })).toEqual(['/roles']);
    expect(paths({ roles: [{ ...cpo, business_details: {} }] })).toEqual(['/roles/0/business_details/name']);
    expect(paths({ roles: [{ ...cpo, party_id: 'RGCX', country_code: 'NLD' }] })).toEqual([
      '/roles/0/party_id',
      '/roles/0/country_code',
    ]);
    expect(paths({ roles: undefined, party_id: 'RGC', country_code: 'NL', business_details: { name: 'x' } })).toEqual([
      '/roles',
    ]);
  });

  it('TYP-25 knows EMSP and no MSP', () => {
    expect(paths({ roles: [{ ...cpo, role: 'EMSP' }] })).toEqual([]);
    for (const role of ['MSP', 'eMSP', 'emsp']) expect(paths({ roles: [{ ...cpo, role }] })).toEqual(['/roles/0/role']);
  });

  it('CRD-32 wants each role of a party once, whatever the case of its ids', () => {
    expect(paths({ roles: [cpo, { ...cpo, role: 'EMSP' }, { ...cpo, party_id: 'RGD' }] })).toEqual([]);
    expect(paths({ roles: [cpo, { ...cpo, country_code: 'nl', party_id: 'rgc' }] })).toEqual(['/roles/1']);
  });

  it('ROL-13 takes one party_id in two countries for two parties', () => {
    expect(paths({ roles: [cpo, { ...cpo, country_code: 'DE' }] })).toEqual([]);
  });
});
