import type { ModuleDeclaration } from '@roamgrid/modules';
import { objectKey } from '@roamgrid/ocpi';
import { RoamgridError, type VersionsReply, type VersionsRequest } from '@roamgrid/runtime';
import { bodyOf, versionField, type ObjectStore, type ObjectVersion } from '@roamgrid/store';

const MOST = 100;
const EMPTY = Buffer.alloc(0);

/** Reading what objects were, where their module keeps their history. */
export class VersionReads {
  readonly #module: ModuleDeclaration;
  readonly #store: ObjectStore;

  constructor(module: ModuleDeclaration, store: ObjectStore) {
    this.#module = module;
    this.#store = store;
  }

  /**
   * The versions of an object, its ends included, oldest first, or the one that counted at a moment (none before the first).
   * Throws route.unknown where no history is kept, object.unknown for what was never heard of.
   */
  async versions(request: VersionsRequest): Promise<VersionsReply> {
    const { history, id } = this.#module;
    if (history === false) throw new RoamgridError('route.unknown', `${id} have no versions`);
    const { version, origin, party, ids, at, offset, limit } = request;
    const key = objectKey(party, ...ids);
    const part = { offset: Math.max(0, offset), limit: Math.min(MOST, Math.max(1, limit)) };
    const page = await (at === undefined ? this.#store.versions(key, part) : this.#store.versionAt(key, new Date(at)));
    const isForeign = page?.versions.some(({ state }) => origin !== '' && state.origin !== origin);
    if (!page || isForeign) throw new RoamgridError('object.unknown', `${id}: no ${ids.join('/')}`);
    return { versions: page.versions.map((each) => toReply(each, versionField(version))), more: page.more };
  }
}

function toReply({ state, from, to }: ObjectVersion, field: string): VersionsReply['versions'][number] {
  return {
    rev: state.rev,
    deleted: state.deleted,
    json: bodyOf(state, field) ?? EMPTY,
    valid_from: from.getTime(),
    ...(to && { valid_to: to.getTime() }),
  };
}
