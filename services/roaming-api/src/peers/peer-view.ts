import { quirkValues } from '@roamgrid/ocpi';
import type { HostedParty, Peer } from '@roamgrid/runtime';

/** A peer as backends see it: no token and no hash of one. */
export interface PeerView {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly version: string | null;
  readonly versions_url: string | null;
  readonly roles: readonly Record<string, unknown>[];
  readonly endpoints: readonly { readonly identifier: string; readonly role: string; readonly url: string }[];
  readonly quirks: ReturnType<typeof quirkValues>;
  /** Why our last handshake with it failed. */
  readonly last_error: string | null;
  /** Why what it is owed waits although it may be well; absent: nothing does. */
  readonly held?: string;
}

/** What may be shown of a peer; `held`: see {@link PeerView}, empty: nothing is. */
export function viewPeer(peer: Peer, held = ''): PeerView {
  const { id, name, state, version, versions_url, roles, endpoints, quirks, last_error } = peer;
  return {
    id,
    name,
    state,
    version: version || null,
    versions_url: versions_url || null,
    roles: roles.map(viewRole),
    endpoints: endpoints.map(({ identifier, role, url }) => ({ identifier, role, url })),
    quirks: quirkValues(quirks),
    last_error: last_error || null,
    ...(held !== '' && { held }),
  };
}

function viewRole({ role, country_code, party_id, business_details }: HostedParty): Record<string, unknown> {
  const details = business_details.length > 0 ? (JSON.parse(business_details.toString()) as unknown) : undefined;
  return { role, country_code, party_id, ...(details !== undefined && { business_details: details }) };
}
