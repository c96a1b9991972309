import type { Peer, PeerState } from '@roamgrid/runtime';
import { changedStatuses, clientKey, type Client } from './changed-statuses';

const hub = { country_code: 'NL', party_id: 'HUB' };

function peer(id: string, state: PeerState, ...roles: readonly string[]): Peer {
  return { id, state, roles: roles.map((role) => ({ country_code: 'NL', party_id: id, role, business_details: Buffer.alloc(0) })) } as unknown as Peer;
}

const knownOf = (...clients: readonly string[]): Map<string, Client> =>
  new Map(
    clients.map((text) => {
      const [party_id = '', role = '', status = ''] = text.split(' ');
      const client = { country_code: 'NL', party_id, role, status } as unknown as Client;
      return [clientKey(client), client];
    }),
  );

const changes = (peers: readonly Peer[], known: ReadonlyMap<string, Client> = new Map(), silent: readonly string[] = []): string[] =>
  changedStatuses(peers, [hub], known, ({ id }) => !silent.includes(id)).map(({ party_id, role, status }) => `${party_id} ${role} ${status}`);

describe('what a hub says of its clients', () => {
  it('HCI-08 HCI-17 one that registers is connected, with each of its roles (HCI-09)', () => {
    expect(changes([peer('ABC', 'registered', 'CPO', 'EMSP')])).toEqual(['ABC CPO CONNECTED', 'ABC EMSP CONNECTED']);
  });

  it('HCI-08 says nothing again that it has said', () => {
    expect(changes([peer('ABC', 'registered', 'CPO')], knownOf('ABC CPO CONNECTED'))).toEqual([]);
  });

  it('HCI-14 one that cannot be reached is offline, and comes back', () => {
    expect(changes([peer('ABC', 'registered', 'CPO')], knownOf('ABC CPO CONNECTED'), ['ABC'])).toEqual(['ABC CPO OFFLINE']);
    expect(changes([peer('ABC', 'registered', 'CPO')], knownOf('ABC CPO OFFLINE'))).toEqual(['ABC CPO CONNECTED']);
  });

  it('HCI-07 HCI-17 one that is gone is suspended, never removed, and stays so', () => {
    expect(changes([peer('ABC', 'removed', 'CPO')], knownOf('ABC CPO CONNECTED', 'DEF EMSP OFFLINE'))).toEqual([
      'ABC CPO SUSPENDED',
      'DEF EMSP SUSPENDED',
    ]);
    expect(changes([], knownOf('ABC CPO SUSPENDED'))).toEqual([]);
    expect(changes([peer('ABC', 'registered', 'CPO')], knownOf('ABC CPO SUSPENDED'))).toEqual(['ABC CPO CONNECTED']);
  });

  it('a role that a client gives up is suspended', () => {
    expect(changes([peer('ABC', 'registered', 'CPO')], knownOf('ABC CPO CONNECTED', 'ABC EMSP CONNECTED'))).toEqual(['ABC EMSP SUSPENDED']);
  });

  it('HCI-12 one that has yet to come is planned until it does', () => {
    expect(changes([peer('ABC', 'invited', 'CPO')])).toEqual(['ABC CPO PLANNED']);
    expect(changes([], knownOf('ABC CPO PLANNED'))).toEqual([]);
    expect(changes([peer('ABC', 'registered', 'CPO')], knownOf('ABC CPO PLANNED'))).toEqual(['ABC CPO CONNECTED']);
  });

  it('an invitation to a party that is registered already changes nothing', () => {
    expect(changes([peer('ABC', 'registered', 'CPO'), peer('ABC', 'invited', 'CPO')])).toEqual(['ABC CPO CONNECTED']);
  });

  it('HCI-20 is not about itself', () => {
    expect(changes([peer('HUB', 'registered', 'HUB')])).toEqual([]);
  });
});
