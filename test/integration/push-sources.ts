import {
  credentialsContract,
  createLogger,
  GrpcServer,
  objectsContract,
  OWN,
  RoamgridError,
  type CredentialsCalls,
  type DirectoryEvent,
  type Fetched,
  type Handlers,
  type ListReply,
  type ListRequest,
  type ObjectsCalls,
  type Peer,
} from '@roamgrid/runtime';
import type { ObjectState } from '@roamgrid/store';

import { OWN_PARTY } from './push-peer';

const logger = createLogger('push-test', 'silent');
const refuse = (): Promise<never> => Promise.reject(new RoamgridError('internal', 'not part of this test'));

/** The credentials service as the dispatcher sees it: peers, and their changes as a stream. */
export class PeerSource {
  readonly #grpc = new GrpcServer(logger);
  readonly #peers = new Map<string, Peer>();
  readonly #watchers = new Set<(event: DirectoryEvent) => void>();

  async start(): Promise<string> {
    const handlers: Handlers<CredentialsCalls> = {
      Watch: async (_, send, signal) => {
        for (const peer of this.#peers.values()) send({ peer, complete: false });
        send({ complete: true });
        this.#watchers.add(send);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        this.#watchers.delete(send);
      },
      ListPeers: () => Promise.resolve({ peers: [...this.#peers.values()].filter(({ state }) => state !== 'removed') }),
      ...{ Authenticate: refuse, Show: refuse, Register: refuse, Update: refuse, Unregister: refuse },
      ...{ Invite: refuse, Connect: refuse, Renew: refuse, Disconnect: refuse, SetQuirks: refuse },
    };
    this.#grpc.add(credentialsContract, handlers);
    return `127.0.0.1:${await this.#grpc.listen('127.0.0.1', 0)}`;
  }

  set(peer: Peer): void {
    this.#peers.set(peer.id, peer);
    for (const send of this.#watchers) send({ peer, complete: false });
  }

  stop(): Promise<void> {
    return this.#grpc.close(100);
  }
}

interface StoredObject extends Fetched {
  readonly created: number;
}

/** The service of one module as the dispatcher sees it: present states, and pages. */
export class ObjectSource {
  readonly #grpc = new GrpcServer(logger);
  readonly #objects = new Map<string, StoredObject>();
  readonly lists: ListRequest[] = [];
  /** Asked before each page. */
  beforeList: (request: ListRequest) => Promise<void> = () => Promise.resolve();

  async start(): Promise<string> {
    const handlers: Handlers<ObjectsCalls> = {
      Fetch: ({ keys }) => Promise.resolve({ objects: keys.flatMap((key) => this.#objects.get(key) ?? []) }),
      List: (request) => this.#list(request),
      ...{ Put: refuse, Patch: refuse, Delete: refuse, PutMany: refuse, Post: refuse, Act: refuse, Versions: refuse, Get: refuse, Count: refuse },
    };
    this.#grpc.add(objectsContract, handlers);
    return `127.0.0.1:${await this.#grpc.listen('127.0.0.1', 0)}`;
  }

  /**
   * Writes the next revision of an object, or deletes it; what its change event says. Of an object without fields given
   * the revision is one.
   */
  write(id: string, deleted = false, fields?: object): { key: string; state: ObjectState; body: Buffer } {
    const key = `NL*OWN*${id.toUpperCase()}`;
    const present = this.#objects.get(key);
    const rev = (present?.rev ?? 0) + 1;
    const now = Date.now();
    const json = deleted
      ? Buffer.alloc(0)
      : fields
        ? Buffer.from(JSON.stringify({ ...OWN_PARTY, id, ...fields }))
        : Buffer.from(`{"country_code":"NL","party_id":"OWN","id":${JSON.stringify(id)},  "rev":${rev}}`);
    this.#objects.set(key, {
      key,
      rev,
      deleted,
      json,
      written: now,
      party: OWN_PARTY,
      ids: [id],
      audience: [],
      origin: OWN,
      created: present?.created ?? this.#objects.size + 1,
    });
    const names = [OWN_PARTY.country_code, OWN_PARTY.party_id, id];
    return {
      key,
      state: { rev, lu: new Date(now), written: new Date(now), deleted, origin: OWN, names, body: {} },
      body: json,
    };
  }

  /** What a healthy peer holds in the end: the newest revision by id. */
  newest(): Map<string, number> {
    return new Map([...this.#objects.values()].map(({ ids, rev, deleted }) => [ids[0] ?? '', deleted ? -1 : rev]));
  }

  stop(): Promise<void> {
    return this.#grpc.close(100);
  }

  async #list(request: ListRequest): Promise<ListReply> {
    this.lists.push(request);
    await this.beforeList(request);
    const live = [...this.#objects.values()].filter(({ deleted }) => !deleted).sort((a, b) => a.created - b.created);
    const after = request.after?.created ?? 0;
    const rest = live.filter(({ created }) => created > after);
    const page = rest.slice(0, request.limit);
    const parts = page.map(
      ({ key, rev, origin, json }) => `{"key":${JSON.stringify(key)},"rev":${rev},"origin":"${origin}","object":${json.toString()}}`,
    );
    const last = page.at(-1);
    const json = Buffer.from(`[${parts.join(',')}]`);
    const reply = { json, count: page.length, total: live.length, version: '', unchanged: false };
    return rest.length > page.length && last ? { ...reply, next: { created: last.created, key: last.key } } : reply;
  }
}
