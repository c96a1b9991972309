import { locations, tariffs } from '@roamgrid/modules';
import type { Peer } from '@roamgrid/runtime';
import { receiverOf } from './receiver';

it("RTE-04: addresses the first of the peer's parties with an interested role", () => {
  const role = (name: string, party_id: string) => ({
    role: name,
    country_code: 'NL',
    party_id,
    business_details: Buffer.alloc(0),
  });
  const peer: Peer = {
    id: 'p1',
    name: 'p1',
    state: 'registered',
    version: '2.2.1',
    versions_url: '',
    roles: [role('CPO', 'AAA'), role('EMSP', 'BBB'), role('NSP', 'CCC')],
    endpoints: [{ identifier: 'locations', role: 'RECEIVER', url: 'https://p.example/locations' }],
    inbound_tokens: [],
    outbound_token: '',
    rev: 1,
    quirks: {},
  };
  expect(receiverOf(locations, peer)).toMatchObject({
    url: 'https://p.example/locations',
    to: { country_code: 'NL', party_id: 'BBB' },
  });
  expect(receiverOf(tariffs, peer)).toBeUndefined();
});
