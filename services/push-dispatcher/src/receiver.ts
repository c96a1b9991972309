import type { ModuleDeclaration } from '@roamgrid/modules';
import { partyKey, readQuirks, type Party, type Quirks } from '@roamgrid/ocpi';
import { seesAll, type Peer } from '@roamgrid/runtime';

/** A peer as the receiver of one module. */
export interface Receiver {
  readonly peer: Peer;
  readonly module: ModuleDeclaration;
  /** Its RECEIVER endpoint of the module. */
  readonly url: string;
  /** Whom our messages address (RTE-04): the first of its parties with a role that the module interests. */
  readonly to: Party;
  /** `CC*PID` of all its parties. */
  readonly parties: ReadonlySet<string>;
  /** It may see what is meant for others. */
  readonly seesAll: boolean;
  readonly quirks: Quirks;
}

/** A peer is never changed, only replaced: what was found for it holds as long as it is around. */
const found = new WeakMap<Peer, Map<ModuleDeclaration, Receiver | undefined>>();

/**
 * The peer as a receiver of the module; undefined unless it is registered, has an endpoint to receive it on and a role
 * that is interested. Peers of 2.1.1 name no side for an endpoint: theirs counts.
 */
export function receiverOf(module: ModuleDeclaration, peer: Peer): Receiver | undefined {
  let ofPeer = found.get(peer);
  if (!ofPeer) found.set(peer, (ofPeer = new Map<ModuleDeclaration, Receiver | undefined>()));
  if (!ofPeer.has(module)) ofPeer.set(module, findReceiver(module, peer));
  return ofPeer.get(module);
}

function findReceiver(module: ModuleDeclaration, peer: Peer): Receiver | undefined {
  if (peer.state !== 'registered') return undefined;
  const endpoint = peer.endpoints.find(
    ({ identifier, role }) => identifier === module.id && (role === 'RECEIVER' || role === ''),
  );
  const interested: readonly string[] = module.interested;
  const to = peer.roles.find(({ role }) => interested.includes(role));
  if (!endpoint || !to) return undefined;
  const parties = new Set(peer.roles.map(partyKey));
  return { peer, module, url: endpoint.url, to, parties, seesAll: seesAll(module, peer), quirks: readQuirks(peer.quirks) };
}
