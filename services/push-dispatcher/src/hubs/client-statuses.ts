import { foldCase, objectKey, partyKey, type Party } from '@roamgrid/ocpi';
import type { Peer, PeerDirectory } from '@roamgrid/runtime';
import type { Receiver } from '../receiver';

/** What a hub says of a client of its own, the role of a party. */
export interface SaidStatus extends Party {
  readonly role: string;
  readonly status: string;
  readonly lastUpdated: number;
  /** The id of the peer that says it. */
  readonly origin: string;
}

/**
 * Which receivers nothing is sent to, since hubs say that they cannot be reached (HCI-11 … HCI-13). What hubs say counts as long
 * as they are registered here; of one client the newest counts. Who is not spoken of, or is a hub itself, is sent to.
 */
export class ClientStatuses {
  readonly #directory: Pick<PeerDirectory, 'peer'>;
  #said: ReadonlyMap<string, readonly SaidStatus[]> = new Map();

  constructor(directory: Pick<PeerDirectory, 'peer'>) {
    this.#directory = directory;
  }

  /** Takes all that is said at present. */
  take(all: readonly SaidStatus[]): void {
    const said = new Map<string, SaidStatus[]>();
    for (const each of all) {
      const key = objectKey(each, each.role);
      const others = said.get(key);
      if (others) others.push(each);
      else said.set(key, [each]);
    }
    this.#said = said;
  }

  /** Why nothing is sent to a receiver: none of its parties that the module is for is CONNECTED. Undefined: it is sent to. */
  holds({ peer, module }: Pick<Receiver, 'peer' | 'module'>): string | undefined {
    if (this.#said.size === 0 || isHub(peer)) return undefined;
    const interested: readonly string[] = module.interested;
    const reasons: string[] = [];
    for (const role of peer.roles) {
      if (!interested.includes(role.role)) continue;
      const newest = this.#newest(objectKey(role, role.role));
      if (!newest || newest.status === 'CONNECTED') return undefined;
      const hub = this.#directory.peer(newest.origin);
      reasons.push(`${partyKey(role)} (${role.role}) is ${newest.status}, says ${hub?.name ?? newest.origin}`);
    }
    return reasons.length > 0 ? `held: ${reasons.join('; ')}` : undefined;
  }

  #newest(key: string): SaidStatus | undefined {
    const counting = (this.#said.get(key) ?? []).filter(({ origin }) => {
      const peer = this.#directory.peer(origin);
      return peer !== undefined && isHub(peer);
    });
    return counting.reduce<SaidStatus | undefined>(
      (newest, each) => (newest && newest.lastUpdated > each.lastUpdated ? newest : each),
      undefined,
    );
  }
}

/** A registered peer with the role HUB. */
export function isHub({ state, roles }: Peer): boolean {
  return state === 'registered' && roles.some(({ role }) => foldCase(role) === 'HUB');
}
