import { moduleById, type ModuleDeclaration } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';
import {
  objectsContract,
  OWN,
  RoamgridError,
  type Client,
  type Fetched,
  type ListReply,
  type ObjectsCalls,
  type Position,
  type ServiceContext,
} from '@roamgrid/runtime';
import { FetchGathering } from './fetch-gathering';

/** The services that own the objects of each module. */
export class ObjectsByModule {
  /** The modules that have an address here: what is pushed. */
  readonly modules: readonly ModuleDeclaration[];
  readonly #clients: ReadonlyMap<string, Client<ObjectsCalls>>;
  /** By module and OCPI version. */
  readonly #fetches = new Map<string, FetchGathering>();

  /** @param addresses `host:port` by module id. Throws config.invalid for a module that the platform does not have. */
  constructor(addresses: Readonly<Record<string, string>>, connect: ServiceContext<unknown>['connect']) {
    this.modules = Object.keys(addresses).map((id) => {
      const module = moduleById(id);
      if (!module) throw new RoamgridError('config.invalid', `objects: there is no module "${id}"`);
      return module;
    });
    this.#clients = new Map(
      Object.entries(addresses).map(([id, address]) => [id, connect(objectsContract, address)]),
    );
  }

  /**
   * The present state of objects, by key, as the bytes of an OCPI version; keys never heard of are left out. What others ask for at
   * the same moment may stand there, too.
   */
  fetch(module: ModuleDeclaration, version: string, keys: readonly string[]): Promise<ReadonlyMap<string, Fetched>> {
    const id = `${module.id}/${version}`;
    const fetches = this.#fetches.get(id) ?? new FetchGathering((all) => this.#fetchNow(module, version, all));
    this.#fetches.set(id, fetches);
    return fetches.fetch(keys);
  }

  /** A page of our own objects, and of those that are for the parties `alsoFor`; described, oldest created first. */
  list(module: ModuleDeclaration, version: string, limit: number, place: { readonly after?: Position; readonly alsoFor: readonly Party[] }): Promise<ListReply> {
    const { after, alsoFor } = place;
    const request = { version, origin: OWN, parties: [], offset: 0, limit, described: true };
    return this.#client(module).List({ ...request, ...(after && { after }), ...(alsoFor.length > 0 && { also_for: alsoFor }) });
  }

  /** A page of all objects, whoever brought them, described; nothing of it when `known` is still its version. */
  listAll(module: ModuleDeclaration, version: string, limit: number, place: { readonly after?: Position; readonly known?: string }): Promise<ListReply> {
    const { after, known } = place;
    const request = { version, origin: '', parties: [], offset: 0, limit, described: true };
    return this.#client(module).List({ ...request, ...(after && { after }), ...(known !== undefined && { if_version: known }) });
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  async #fetchNow(module: ModuleDeclaration, version: string, keys: readonly string[]): Promise<Map<string, Fetched>> {
    const { objects } = await this.#client(module).Fetch({ version, keys });
    return new Map(objects.map((object) => [object.key, object]));
  }

  #client(module: ModuleDeclaration): Client<ObjectsCalls> {
    const client = this.#clients.get(module.id);
    if (!client) throw new RoamgridError('config.invalid', `objects: no address for "${module.id}"`);
    return client;
  }
}
