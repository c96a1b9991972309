import type { ClientInfo } from '@roamgrid/modules';
import { objectKey, partyKey, type Party } from '@roamgrid/ocpi';
import type { Peer } from '@roamgrid/runtime';

/** A role of a party that is, was or is to be a client of our hub, and how it stands. */
export type Client = Pick<ClientInfo, 'country_code' | 'party_id' | 'role' | 'status'>;

/** What tells clients apart: `CC*PID*ROLE` (HCI-09). */
export function clientKey(client: Party & { readonly role: string }): string {
  return objectKey(client, client.role);
}

/**
 * The clients of whom something else is to be said than is known. Peers that are registered are CONNECTED or OFFLINE, those that
 * are not yet PLANNED; what is known of no peer any more becomes SUSPENDED (HCI-07), unless it is PLANNED: then it has yet to
 * come. Our own parties are no clients (HCI-20).
 */
export function changedStatuses(
  peers: readonly Peer[],
  hosted: readonly Party[],
  known: ReadonlyMap<string, Client>,
  isReachable: (peer: Peer) => boolean,
): Client[] {
  const wanted = wantedStatuses(peers, hosted, isReachable);
  const gone = [...known].filter(([key, { status }]) => !wanted.has(key) && status !== 'PLANNED');
  for (const [key, client] of gone) wanted.set(key, { ...client, status: 'SUSPENDED' });
  return [...wanted].filter(([key, { status }]) => known.get(key)?.status !== status).map(([, client]) => client);
}

function wantedStatuses(
  peers: readonly Peer[],
  hosted: readonly Party[],
  isReachable: (peer: Peer) => boolean,
): Map<string, Client> {
  const ours = new Set(hosted.map(partyKey));
  const wanted = new Map<string, Client>();
  for (const registered of [false, true]) {
    for (const peer of peers.filter(({ state }) => (state === 'registered') === registered && state !== 'removed')) {
      const status = !registered ? 'PLANNED' : isReachable(peer) ? 'CONNECTED' : 'OFFLINE';
      for (const { country_code, party_id, role } of peer.roles) {
        if (ours.has(partyKey({ country_code, party_id }))) continue;
        const client = { country_code, party_id, role: role as Client['role'], status } as const;
        wanted.set(clientKey(client), client);
      }
    }
  }
  return wanted;
}
