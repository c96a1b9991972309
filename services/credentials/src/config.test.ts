import { loadServiceConfig } from '@roamgrid/runtime';
import type { CredentialsConfig } from './config';
import { credentialsService } from './credentials-service';

const key = Buffer.alloc(32, 1).toString('base64');
const needed = {
  ROAMGRID__PARTIES: '[{"country_code":"NL","party_id":"OWN","roles":["CPO"],"business_details":{"name":"Us"}}]',
  ROAMGRID__TOKENHASHKEY: 'x'.repeat(32),
  ROAMGRID__SEALING: JSON.stringify({ keyId: 'k1', keys: { k1: key } }),
};
const load = (env: NodeJS.ProcessEnv): CredentialsConfig => loadServiceConfig(credentialsService, env);

describe('configuration of the credentials service', () => {
  it('starts with parties and secrets given; the rest has defaults that call public https only', () => {
    expect(load(needed)).toMatchObject({
      versions: ['2.2.1'],
      rotationGrace: 300,
      sealing: { keyId: 'k1', keys: { k1: key } },
      egress: { allowHttp: false, allowedNetworks: [] },
    });
  });

  it('has no default for parties and secrets', () => {
    for (const [name, place] of [
      ['ROAMGRID__PARTIES', '/parties'],
      ['ROAMGRID__TOKENHASHKEY', '/tokenHashKey'],
      ['ROAMGRID__SEALING', '/sealing'],
    ]) {
      const env: NodeJS.ProcessEnv = { ...needed };
      delete env[name ?? ''];
      const expected = { code: 'config.invalid', message: expect.stringContaining(place ?? '') as string };
      expect(() => load(env)).toThrow(expect.objectContaining(expected));
    }
  });

  it.each([
    ['ROAMGRID__VERSIONS', '["2.2"]'],
    ['ROAMGRID__PUBLICURL', 'ocpi.example.com'],
    ['ROAMGRID__ROTATIONGRACE', '-1'],
    ['ROAMGRID__EGRESS__ALLOWHTTPS', 'true'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => load({ ...needed, [name]: value })).toThrow(expect.objectContaining({ code: 'config.invalid' }));
  });
});
