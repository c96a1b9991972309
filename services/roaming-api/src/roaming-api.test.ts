import { loadServiceConfig, RoamgridError } from '@roamgrid/runtime';
import { roamingApi } from './roaming-api';

const load = (env: NodeJS.ProcessEnv): unknown => loadServiceConfig(roamingApi, env);
const KEY = { ROAMGRID__CURSORKEY: 'a key of sixteen' };

describe('configuration', () => {
  it('is whole but for the cursor key', () => {
    expect(() => load({})).toThrow(RoamgridError);
    expect(() => load({})).toThrow('/cursorKey must NOT have fewer than 16 characters');
    expect(load(KEY)).toMatchObject({ cursorKey: 'a key of sixteen', ocpiVersion: '2.2.1' });
  });

  it('takes API keys and addresses from the environment', () => {
    const key = { name: 'backend', sha256: '0'.repeat(64), admin: false };
    const env = { ...KEY, ROAMGRID__APIKEYS: JSON.stringify([key]), ROAMGRID__OBJECTS__LOCATIONS: '127.0.0.1:7101' };
    expect(load(env)).toMatchObject({ apiKeys: [key], objects: { locations: '127.0.0.1:7101' } });
  });

  it('takes addresses of conversation modules', () => {
    const { conversations } = load({ ...KEY, ROAMGRID__CONVERSATIONS__COMMANDS: '127.0.0.1:7102' }) as { conversations: Record<string, string> };
    expect(Object.keys(conversations).sort()).toEqual(['chargingprofiles', 'commands']);
    expect(conversations['commands']).toBe('127.0.0.1:7102');
  });

  it('refuses a key that stands there in plain text', () => {
    const key = { name: 'backend', sha256: 'my-secret', admin: false };
    expect(() => load({ ...KEY, ROAMGRID__APIKEYS: JSON.stringify([key]) })).toThrow(
      '/apiKeys/0/sha256 must match pattern',
    );
  });
});
