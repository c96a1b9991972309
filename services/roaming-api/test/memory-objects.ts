import { objectKey, partyKey, partyOfKey } from '@roamgrid/ocpi';
import {
  RoamgridError,
  type Fetched,
  type Handlers,
  type ListReply,
  type ListRequest,
  type ObjectsCalls,
  type ObjectVersion,
  type PutResult,
  type WriteReply,
  type WriteRequest,
} from '@roamgrid/runtime';

interface Stored {
  readonly origin: string;
  readonly rev: number;
  readonly json: Buffer;
}

/** An object service that keeps bytes in memory, remembers its calls, and fails where a test says so. */
export class MemoryObjects {
  readonly stored = new Map<string, Stored>();
  readonly calls: { readonly name: string; readonly request: unknown }[] = [];
  /** What every object has been. */
  versions: ObjectVersion[] = [];
  /** Called before each call; throws to make it fail, waits to make it last. */
  before: (name: string) => Promise<void> | void = () => undefined;

  /** The only parties that may see an object, of a module where there are such. */
  audienceOf: (object: Record<string, unknown>) => readonly string[] | undefined = () => undefined;

  /** Every request of calls of that name. */
  requests<Request>(name: string): Request[] {
    return this.calls.filter((call) => call.name === name).map(({ request }) => request as Request);
  }

  handlers(): Handlers<ObjectsCalls> {
    return {
      Put: this.#noted('Put', (request) => this.#write(request)),
      Patch: this.#noted('Patch', (request) => this.#write(request)),
      Post: this.#noted('Post', (): never => {
        throw new Error('nothing is posted here');
      }),
      Act: this.#noted('Act', () => ({ json: Buffer.from('{}') })),
      Delete: this.#noted('Delete', (request) => this.#delete(request)),
      PutMany: this.#noted('PutMany', ({ caller, objects }) => ({
        results: objects.map((json) => this.#putListed(caller.origin, json)),
      })),
      Get: this.#noted('Get', ({ parties, ids }) => {
        const key = objectKey(parties[0] ?? { country_code: '', party_id: '' }, ...ids);
        const found = this.stored.get(key);
        if (!found) throw new RoamgridError('object.unknown', `no ${key}`);
        return { json: found.json, key, rev: found.rev, origin: found.origin };
      }),
      List: this.#noted('List', (request) => this.#list(request)),
      Fetch: this.#noted('Fetch', ({ keys }) => ({ objects: keys.flatMap((key) => this.#fetched(key)) })),
      Versions: this.#noted('Versions', ({ offset, limit }) => ({
        versions: this.versions.slice(offset, offset + limit),
        more: this.versions.length > offset + limit,
      })),
      Count: this.#noted('Count', () => ({ parties: this.#counts() })),
    };
  }

  #fetched(key: string): Fetched[] {
    const found = this.stored.get(key);
    const [, , ...ids] = key.split('*');
    return found ? [{ ...found, key, deleted: false, written: 0, party: partyOfKey(key), ids, audience: [] }] : [];
  }

  #noted<Request, Reply>(name: string, reply: (request: Request) => Reply): (request: Request) => Promise<Reply> {
    return async (request) => {
      this.calls.push({ name, request });
      await this.before(name);
      return reply(request);
    };
  }

  #write({ caller, path, json }: WriteRequest): WriteReply {
    if (!caller.roles.some((role) => partyKey(role) === partyKey(path.party))) {
      throw new RoamgridError('party.not_yours', `${partyKey(path.party)} is no party hosted by this platform`);
    }
    return this.#store(caller.origin, objectKey(path.party, ...path.ids), json);
  }

  #store(origin: string, key: string, json: Buffer): WriteReply {
    const known = this.stored.get(key);
    if (known?.json.equals(json)) return { outcome: 'unchanged', key, rev: known.rev };
    const rev = (known?.rev ?? 0) + 1;
    this.stored.set(key, { origin, rev, json });
    return { outcome: known ? 'updated' : 'created', key, rev };
  }

  #delete({ path }: WriteRequest): WriteReply {
    const key = objectKey(path.party, ...path.ids);
    const known = this.stored.get(key);
    if (!known) throw new RoamgridError('object.unknown', `no ${key}`);
    this.stored.delete(key);
    return { outcome: 'deleted', key, rev: known.rev + 1 };
  }

  #putListed(origin: string, json: Buffer): PutResult {
    const { country_code, party_id, id, last_updated } = JSON.parse(json.toString()) as Record<string, string>;
    const key = objectKey({ country_code: country_code ?? '', party_id: party_id ?? '' }, id ?? '');
    if (last_updated === undefined) {
      return { outcome: 'refused', key, code: 'object.invalid', message: '/last_updated is required', last_updated: 0 };
    }
    return { ...this.#store(origin, key, json), code: '', message: '', last_updated: Date.parse(last_updated) };
  }

  #list(request: ListRequest): ListReply {
    const all = [...this.stored].filter((entry) => this.#isAsked(request, ...entry));
    const from = request.after ? all.findIndex(([key]) => key === request.after?.key) + 1 : request.offset;
    const page = all.slice(from, from + request.limit);
    const parts = page.map(([key, { origin, rev, json }]) => {
      if (!request.described) return json.toString();
      const described = { key, party: partyKey(partyOfKey(key)), origin, rev, last_updated: '2026-01-01T00:00:00.000Z' };
      const about = JSON.stringify(described);
      return `${about.slice(0, -1)},"object":${json.toString()}}`;
    });
    const last = page.at(-1)?.[0];
    return {
      json: Buffer.from(`[${parts.join(',')}]`),
      count: page.length,
      total: request.known_total ?? all.length,
      version: '',
      unchanged: false,
      ...(last !== undefined && from + page.length < all.length && { next: { created: from, key: last } }),
    };
  }

  #isAsked({ origin, parties, readers = [] }: ListRequest, key: string, stored: Stored): boolean {
    const owner = partyKey(partyOfKey(key));
    if (origin !== '' && origin !== stored.origin) return false;
    if (parties.length > 0 && !parties.some((party) => partyKey(party) === owner)) return false;
    const audience = this.audienceOf(JSON.parse(stored.json.toString()) as Record<string, unknown>);
    return readers.length === 0 || audience === undefined || readers.some((reader) => audience.includes(partyKey(reader)));
  }

  #counts(): { party: { country_code: string; party_id: string }; origin: string; objects: number }[] {
    return [...this.stored].map(([key, { origin }]) => ({ party: partyOfKey(key), origin, objects: 1 }));
  }
}
