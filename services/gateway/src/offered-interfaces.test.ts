import { conversations, modules, locations, tariffs } from '@roamgrid/modules';
import type { Peer } from '@roamgrid/runtime';
import { isOffered, offeredEndpoints, type Parties } from './offered-interfaces';

const partyOf = (role: string, i: number): Peer['roles'][number] => ({ role, country_code: 'NL', party_id: `P0${i}`, business_details: Buffer.alloc(0) });
const anybody = { quirks: {}, roles: ['CPO', 'EMSP'].map(partyOf) };
const platform = (...roles: string[]): Parties => ({ platform: { versions_url: 'https://we.example/ocpi/versions', parties: roles.map(partyOf) }, peer: anybody });
const offered = (...roles: string[]): string[] =>
  offeredEndpoints({ modules: [locations, tariffs], conversations: [] }, '2.2.1', platform(...roles), 'https://we.example').map(({ identifier, role }) => `${identifier} ${role}`);

describe('the interfaces that a platform offers', () => {
  it.each([
    ['ROL-01', ['CPO'], ['locations SENDER', 'tariffs SENDER']],
    ['ROL-02', ['EMSP'], ['locations RECEIVER', 'tariffs RECEIVER']],
    ['ROL-03', ['HUB'], ['locations SENDER', 'locations RECEIVER', 'tariffs SENDER', 'tariffs RECEIVER']],
    ['ROL-04', ['NSP'], ['locations RECEIVER', 'tariffs RECEIVER']],
    ['ROL-05', ['NAP'], ['locations SENDER', 'locations RECEIVER', 'tariffs SENDER', 'tariffs RECEIVER']],
    ['ROL-06', ['SCSP'], []],
    ['ROL-07', ['OTHER'], ['locations RECEIVER', 'tariffs RECEIVER']],
    ['ROL-08', ['CPO', 'EMSP'], ['locations SENDER', 'locations RECEIVER', 'tariffs SENDER', 'tariffs RECEIVER']],
    ['ROL-08', ['CPO', 'CPO'], ['locations SENDER', 'tariffs SENDER']],
  ])('%s for %j are %j', (_, roles, endpoints) => {
    expect(offered(...roles)).toEqual(['credentials SENDER', ...endpoints]);
  });

  const contract = { smart_charging: 'true' };
  it.each<[string, string[], Record<string, string>, boolean]>([
    ['under contract', ['SCSP'], contract, true],
    ['under contract, that has not told its roles', [], contract, true],
    ['without contract', ['SCSP'], {}, false],
    ['that has not told its roles', [], {}, false],
    ['that is no SCSP', ['EMSP'], contract, false],
  ])('ROL-02 CHP-24 an eMSP takes charging profiles, and lists Sessions, for a peer %s', (_, roles, quirks, expected) => {
    const parties = { ...platform('EMSP'), peer: { quirks, roles: roles.map(partyOf) } };
    const endpoints = offeredEndpoints({ modules, conversations }, '2.2.1', parties, 'https://we.example').map(({ identifier, role }) => `${identifier} ${role}`);
    expect([endpoints.includes('chargingprofiles RECEIVER'), endpoints.includes('sessions SENDER')]).toEqual([expected, expected]);
    expect(endpoints).not.toContain('commands RECEIVER');
  });

  it('VER-05 VER-06 always begin with credentials, once, as SENDER', () => {
    expect(offered()).toEqual(['credentials SENDER']);
  });

  it('VER-09 have absolute URLs, one for each side', () => {
    const endpoints = offeredEndpoints({ modules, conversations }, '2.2.1', platform('CPO', 'EMSP'), 'https://we.example');
    expect(endpoints.filter(({ identifier }) => identifier === 'locations').map(({ url }) => url)).toEqual([
      'https://we.example/ocpi/2.2.1/sender/locations',
      'https://we.example/ocpi/2.2.1/receiver/locations',
    ]);
    expect(new Set(endpoints.map(({ url }) => url)).size).toBe(endpoints.length);
  });

  it('leave out a module that the version has not', () => {
    expect(offeredEndpoints({ modules: [locations], conversations: [] }, '2.1.1', platform('CPO'), 'https://we.example').map(({ identifier }) => identifier)).toEqual(['credentials']);
  });

  it('a party counts by its role in the right case only', () => {
    expect(isOffered(locations, 'SENDER', platform('cpo'))).toBe(false);
  });
});
