import type { Change } from '@roamgrid/changes';
import type { ModuleDeclaration } from '@roamgrid/modules';
import { crashPoint, type Clock, type PeerDirectory } from '@roamgrid/runtime';
import { rowId } from '../rows/delivery-row';
import type { DeliveryRows } from '../rows/delivery-rows';
import type { Owed } from '../rows/row-updates';
import { interestedPeers } from './interested-peers';

export interface ChangeIntakeOptions {
  /** Complete before the first change is accepted. */
  readonly directory: Pick<PeerDirectory, 'peers' | 'platform'>;
  readonly modules: readonly ModuleDeclaration[];
  readonly rows: DeliveryRows;
  /** Called with the rows that were written, by peer. */
  readonly onRows: (ids: ReadonlyMap<string, readonly string[]>) => void;
  readonly clock: Clock;
}

/** Turns changes into rows; no HTTP happens here, so no peer can hold it up. */
export class ChangeIntake {
  readonly #options: ChangeIntakeOptions;
  readonly #modules: ReadonlyMap<string, ModuleDeclaration>;

  constructor(options: ChangeIntakeOptions) {
    this.#options = options;
    this.#modules = new Map(options.modules.map((module) => [module.id, module]));
  }

  /** Resolves once every peer concerned has a durable row; rejects when the store does not take them. */
  async accept(changes: readonly Change[]): Promise<void> {
    const peers = this.#options.directory.peers();
    const owed: Owed[] = [];
    for (const change of newestOfEach(changes)) {
      const module = this.#modules.get(change.module);
      if (!module) continue;
      for (const peer of interestedPeers(change, module, peers, this.#options.directory.platform)) {
        owed.push({ peer: peer.id, module: module.id, key: change.key, rev: change.rev, backlog: false });
      }
    }
    await this.#options.rows.owe(owed, this.#options.clock.now());
    crashPoint('dispatcher.owed');
    this.#options.onRows(idsByPeer(owed));
  }
}

function idsByPeer(owed: readonly Owed[]): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>();
  for (const { peer, module, key } of owed) {
    const ofPeer = ids.get(peer) ?? [];
    ofPeer.push(rowId(peer, module, key));
    ids.set(peer, ofPeer);
  }
  return ids;
}

/** One change an object: an older revision of the same batch would only be overwritten. */
function newestOfEach(changes: readonly Change[]): Iterable<Change> {
  const newest = new Map<string, Change>();
  for (const change of changes) {
    const id = `${change.module}/${change.key}`;
    if (change.rev > (newest.get(id)?.rev ?? 0)) newest.set(id, change);
  }
  return newest.values();
}
