import { cdrs, locations, sessions, type ModuleDeclaration } from '@roamgrid/modules';
import { OWN, type Peer, type Platform } from '@roamgrid/runtime';
import { interestedPeers } from './interested-peers';

function peer(id: string, changes: Partial<Peer> = {}, roles: readonly string[] = ['EMSP']): Peer {
  return {
    id,
    name: id,
    state: 'registered',
    version: '2.2.1',
    versions_url: '',
    roles: roles.map((role, i) => ({
      role,
      country_code: 'NL',
      party_id: `${id}${i}`,
      business_details: Buffer.alloc(0),
    })),
    endpoints: [{ identifier: 'locations', role: 'RECEIVER', url: `https://${id}.example/locations` }],
    inbound_tokens: [],
    outbound_token: 'secret',
    rev: 1,
    quirks: {},
    ...changes,
  };
}

function platform(roles: readonly string[]): Platform {
  return { versions_url: '', parties: roles.map((role, i) => ({ role, country_code: 'DE', party_id: `RG${i}`, business_details: Buffer.alloc(0) })) };
}

const sender = [{ identifier: 'locations', role: 'SENDER', url: 'https://x.example/locations' }];
const other = [{ identifier: 'tariffs', role: 'RECEIVER', url: 'https://x.example/tariffs' }];
const unsided = [{ identifier: 'locations', role: '', url: 'https://x.example/locations' }];

describe('interestedPeers', () => {
  const names = (
    peers: readonly Peer[],
    change: { origin?: string; audience?: string[] } = {},
    module: ModuleDeclaration = locations,
    ours: readonly string[] = [],
  ) => interestedPeers({ origin: OWN, ...change }, module, peers, platform(ours)).map(({ id }) => id);

  it.each<[string, Peer, boolean]>([
    ['registered, with the endpoint and an interested role', peer('AA'), true],
    ['one interested role among others', peer('AA', {}, ['CPO', 'HUB']), true],
    ['an endpoint without a side, as in 2.1.1', peer('AA', { version: '2.1.1', endpoints: unsided }), true],
    ['only roles that are not interested', peer('AA', {}, ['CPO']), false],
    ['invited', peer('AA', { state: 'invited' }), false],
    ['connecting', peer('AA', { state: 'connecting' }), false],
    ['removed', peer('AA', { state: 'removed' }), false],
    ['only the sender endpoint', peer('AA', { endpoints: sender }), false],
    ['only the endpoint of another module', peer('AA', { endpoints: other }), false],
  ])('%s', (_, candidate, expected) => {
    expect(names([candidate])).toEqual(expected ? ['AA'] : []);
  });

  it('sends on only what our own parties wrote, and never back to the origin', () => {
    const peers = [peer('AA'), peer('BB')];
    expect(names(peers)).toEqual(['AA', 'BB']);
    expect(names(peers, { origin: 'AA' })).toEqual([]);
    expect(names([peer(OWN), peer('BB')])).toEqual(['BB']);
  });

  it('keeps what has an audience to the peers of these parties, whatever the case', () => {
    const peers = [peer('aa'), peer('BB'), peer('CC', {}, ['EMSP', 'CPO'])];
    expect(names(peers, { audience: ['NL*AA0', 'NL*CC1'] })).toEqual(['aa', 'CC']);
    expect(names(peers, { audience: [] })).toEqual([]);
  });

  it('CHP-27 an SCSP under contract gets all sessions, and nothing else that is meant for others', () => {
    const endpoints = ['sessions', 'cdrs'].map((identifier) => ({ identifier, role: 'RECEIVER', url: `https://x.example/${identifier}` }));
    const scsps = [peer('AA', { endpoints }, ['SCSP']), peer('BB', { endpoints, quirks: { smart_charging: 'true' } }, ['SCSP'])];
    expect(names(scsps, { audience: ['DE*RGE'] }, sessions)).toEqual(['BB']);
    expect(names(scsps, { audience: ['DE*RGE'] }, cdrs)).toEqual([]);
    expect(names([peer('CC', { endpoints, quirks: { smart_charging: 'true' } })], { audience: ['DE*RGE'] }, sessions)).toEqual([]);
  });

  it('CHP-24 CHP-36 it gets the Sessions that our eMSPs received for their drivers, too, unless they came from it', () => {
    const endpoints = ['sessions', 'cdrs'].map((identifier) => ({ identifier, role: 'RECEIVER', url: `https://x.example/${identifier}` }));
    const contract = { endpoints, quirks: { smart_charging: 'true' } };
    const scsps = [peer('AA', { endpoints }, ['SCSP']), peer('BB', contract, ['SCSP']), peer('CC', contract, ['SCSP', 'CPO']), peer('DD', { endpoints })];
    const received = { origin: 'CC', audience: ['DE*RG1'] };
    expect(names(scsps, received, sessions, ['CPO', 'EMSP'])).toEqual(['BB']);
    expect(names(scsps, { origin: 'ZZ', audience: ['DE*RG1'] }, sessions, ['CPO', 'EMSP'])).toEqual(['BB', 'CC']);
    expect(names(scsps, { ...received, audience: ['DE*RG0'] }, sessions, ['CPO', 'EMSP'])).toEqual([]);
    expect(names(scsps, { ...received, audience: ['FR*OTH'] }, sessions, ['HUB', 'EMSP'])).toEqual([]);
    expect(names(scsps, received, cdrs, ['CPO', 'EMSP'])).toEqual([]);
  });
});
