import type { HostedParty, Peer } from '@roamgrid/runtime';

/** A party as the platform hosts it. */
export const hosted = (role: string, party_id = 'RGC'): HostedParty => ({
  role,
  country_code: 'NL',
  party_id,
  business_details: Buffer.from('{"name":"Roaming test"}'),
});

/** A registered peer. */
export const peerOf = (id: string): Peer => ({
  id,
  name: `peer ${id}`,
  state: 'registered',
  version: '2.2.1',
  versions_url: 'https://peer.example/ocpi/versions',
  roles: [hosted('EMSP', 'ABC')],
  endpoints: [{ identifier: 'locations', role: 'RECEIVER', url: 'https://peer.example/ocpi/locations' }],
  inbound_tokens: [{ hash: 'inbound-hash', scope: 'all', expires: 0 }],
  outbound_token: 'outbound-secret',
  rev: 1,
  quirks: {},
});
