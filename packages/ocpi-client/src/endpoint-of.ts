import { RoamgridError, type Peer } from '@roamgrid/runtime';

/** The sides of a module as endpoints name them. */
type Side = 'SENDER' | 'RECEIVER';

/** Where a peer has one side of a module; undefined where it offers no such endpoint, or is not registered. */
export function endpointOf({ state, endpoints }: Peer, module: string, side: Side): string | undefined {
  if (state !== 'registered') return undefined;
  return endpoints.find(({ identifier, role }) => identifier === module && role.toUpperCase() === side)?.url;
}

/** The same. Throws peer.endpoints_missing where there is none. */
export function requireEndpoint(peer: Peer, module: string, side: Side): string {
  const url = endpointOf(peer, module, side);
  if (url === undefined) throw new RoamgridError('peer.endpoints_missing', `peer ${peer.id} offers no ${module} ${side}`);
  return url;
}
