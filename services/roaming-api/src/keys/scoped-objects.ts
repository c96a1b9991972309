import type { ModuleDeclaration } from '@roamgrid/modules';
import { partyKey, partyOfKey, type Party } from '@roamgrid/ocpi';
import {
  OWN,
  RoamgridError,
  type Caller,
  type Client,
  type CountReply,
  type GetReply,
  type ListReply,
  type ListRequest,
  type ObjectsCalls,
  type PartyCount,
} from '@roamgrid/runtime';
import { maySee, type ApiKey } from './api-key';
import { currentKey } from './current-key';

type NarrowKey = ApiKey & { readonly parties: ReadonlySet<string> };

/** What of a declaration says who sees what. */
type ScopedModule = Pick<ModuleDeclaration, 'id' | 'audience'> & Partial<Pick<ModuleDeclaration, 'ownedBy'>>;

const NOTHING: ListReply = { json: Buffer.from('[]'), count: 0, total: 0, version: '', unchanged: false };
/** Stands before the key of a position in the second part of a list; no key of an object begins with it. */
const SECOND = '+';

/**
 * The client of a module's service as the key of the request may use it: it writes for the parties of the key, and sees what
 * the key may see. All handlers call through it, so that none can forget; a key of all parties passes through.
 */
export function scopedObjects(
  module: ScopedModule,
  objects: Client<ObjectsCalls>,
): Client<ObjectsCalls> {
  const scope = new Scope(module, objects);
  return {
    ...objects,
    Put: (request, options) => objects.Put({ ...request, caller: narrowed(request.caller) }, options),
    Post: (request, options) => objects.Post({ ...request, caller: narrowed(request.caller) }, options),
    Act: (request, options) => objects.Act({ ...request, caller: narrowed(request.caller) }, options),
    Patch: (request, options) => objects.Patch({ ...request, caller: narrowed(request.caller) }, options),
    Delete: (request, options) => objects.Delete({ ...request, caller: narrowed(request.caller) }, options),
    PutMany: (request, options) => objects.PutMany({ ...request, caller: narrowed(request.caller) }, options),
    Get: async (request, options) => scope.shown(await objects.Get(request, options)),
    List: async (request, options) => {
      const key = scope.key();
      return key ? scope.list(key, request) : objects.List(request, options);
    },
    Fetch: async (request, options) => {
      const key = scope.key();
      const reply = await objects.Fetch(request, options);
      return key ? { objects: reply.objects.filter(({ party }) => key.parties.has(partyKey(party))) } : reply;
    },
    Versions: async (request, options) => {
      await scope.checkOwner(request.party);
      return objects.Versions(request, options);
    },
    Count: async (request, options) => scope.counts(await objects.Count(request, options)),
  };
}

/** The key of the request, where it acts for some of the own parties only. */
export function narrowKey(): NarrowKey | undefined {
  const key = currentKey();
  return key?.parties && { ...key, parties: key.parties };
}

/** The caller without the parties that the key does not act for; whose object it is, the object service judges as ever. */
function narrowed(caller: Caller): Caller {
  const key = narrowKey();
  return key ? { ...caller, roles: caller.roles.filter((role) => key.parties.has(partyKey(role))) } : caller;
}

class Scope {
  readonly #module: ScopedModule;
  readonly #objects: Client<ObjectsCalls>;

  constructor(module: ScopedModule, objects: Client<ObjectsCalls>) {
    this.#module = module;
    this.#objects = objects;
  }

  /** The key of the request where it narrows what is read: what a role says of everybody's parties is for all to see. */
  key(): NarrowKey | undefined {
    return this.#module.ownedBy === 'role' ? undefined : narrowKey();
  }

  /** An object that the key may see. Throws object.unknown for another. */
  shown(reply: GetReply): GetReply {
    const key = this.key();
    if (!key || maySee(key, { origin: reply.origin, party: partyKey(partyOfKey(reply.key)), ...this.#audience(reply) })) {
      return reply;
    }
    throw new RoamgridError('object.unknown', `${this.#module.id}: no such object for this key`);
  }

  #audience({ json }: GetReply): { readonly audience?: readonly string[] } {
    const { audience } = this.#module;
    if (!audience) return {};
    return { audience: audience(JSON.parse(json.toString()) as Record<string, unknown>).map(partyKey) };
  }

  counts({ parties }: CountReply): CountReply {
    const key = this.key();
    return { parties: key ? parties.filter((count) => this.#seesOwner(key, count)) : parties };
  }

  /** Throws object.unknown when an own party is asked of that the key does not act for. */
  async checkOwner(party: Party): Promise<void> {
    const key = this.key();
    if (!key || key.parties.has(partyKey(party))) return;
    const { parties } = await this.#objects.Count({});
    if (!parties.some((count) => count.origin === OWN && partyKey(count.party) === partyKey(party))) return;
    throw new RoamgridError('object.unknown', `${this.#module.id}: no such object for this key`);
  }

  /** Whether the key sees all that this party owns. */
  #seesOwner({ parties }: NarrowKey, { origin, party }: PartyCount): boolean {
    return origin === OWN ? parties.has(partyKey(party)) : this.#module.audience === undefined;
  }

  /**
   * What the key sees is a list by owner; of a module with an audience, first what its parties own, then what others own and
   * is meant for them.
   */
  async list(key: NarrowKey, request: ListRequest): Promise<ListReply> {
    const { parties: counts } = await this.#objects.Count({});
    const asked = new Set(request.parties.map(partyKey));
    const candidates = counts.filter(
      ({ origin, party }) =>
        (request.origin === '' || request.origin === origin) && (asked.size === 0 || asked.has(partyKey(party))),
    );
    const own = ownersOf(candidates.filter((count) => this.#seesOwner(key, count)));
    if (!this.#module.audience) return this.#part(request, own);
    const theirs = ownersOf(candidates.filter((count) => !this.#seesOwner(key, count)));
    return this.#inTwoParts(request, own, theirs, [...key.parties].map(partyOfKey));
  }

  #part(request: ListRequest, owners: readonly Party[], readers: readonly Party[] = []): Promise<ListReply> {
    if (owners.length === 0) return Promise.resolve(NOTHING);
    return this.#objects.List({ ...request, parties: owners, readers });
  }

  async #inTwoParts(
    request: ListRequest,
    own: readonly Party[],
    theirs: readonly Party[],
    readers: readonly Party[],
  ): Promise<ListReply> {
    const { after, known_total, ...rest } = request;
    const isSecond = after?.key.startsWith(SECOND) ?? false;
    const place = after && { created: after.created, key: isSecond ? after.key.slice(SECOND.length) : after.key };
    const begun = { ...rest, offset: 0, ...(place && place.key !== '' && { after: place }) };
    const counted = { ...rest, offset: 0, limit: 0 };
    const [first, second] = await Promise.all([
      this.#part(isSecond ? counted : begun, own),
      this.#part(isSecond ? begun : counted, theirs, readers),
    ]);
    const total = known_total ?? first.total + second.total;
    if (isSecond) return { ...second, total, ...(second.next && { next: marked(second.next) }) };
    if (first.next !== undefined || second.total === 0) return { ...first, total };
    return { ...first, total, next: { created: 0, key: SECOND } };
  }
}

function marked(place: { readonly created: number; readonly key: string }): { created: number; key: string } {
  return { created: place.created, key: `${SECOND}${place.key}` };
}

function ownersOf(counts: readonly PartyCount[]): Party[] {
  return [...new Map(counts.map(({ party }) => [partyKey(party), party])).values()];
}
