import { foldCase, objectKey, type Party } from '@roamgrid/ocpi';
import { RoamgridError, type Client, type ObjectsCalls, type ObjectVersion, type VersionsReply, type VersionsRequest } from '@roamgrid/runtime';
import type { NamedModule } from '../src/cdrs-config';

type Json = Readonly<Record<string, unknown>>;

/** The services that CDRs name things of, in memory: what is there, from when on, and what was asked. */
export class NamedInMemory {
  readonly asked: string[] = [];
  readonly sessions = new Map<string, Json>();
  readonly #versions = new Map<string, ObjectVersion[]>();

  /** From this moment on it is that; undefined: it is deleted. */
  from(moment: string, module: NamedModule, key: string, object: Json | undefined): this {
    const versions = this.#versions.get(`${module}/${key}`) ?? [];
    const valid_from = Date.parse(moment);
    const ended = versions.map((version, i) => (i === versions.length - 1 ? { ...version, valid_to: valid_from } : version));
    const json = Buffer.from(object ? JSON.stringify(object) : '');
    this.#versions.set(`${module}/${key}`, [...ended, { rev: versions.length + 1, deleted: !object, json, valid_from }]);
    return this;
  }

  clients(): Readonly<Record<NamedModule, Client<ObjectsCalls>>> {
    const client = (module: NamedModule): Client<ObjectsCalls> =>
      ({
        Versions: (request: VersionsRequest) => this.#read(module, request),
        Get: ({ parties, ids }: { parties: readonly Party[]; ids: readonly string[] }) => this.#session(parties[0], ids),
      }) as unknown as Client<ObjectsCalls>;
    return { locations: client('locations'), sessions: client('sessions'), tariffs: client('tariffs'), tokens: client('tokens') };
  }

  async #read(module: NamedModule, request: VersionsRequest): Promise<VersionsReply> {
    const { party, ids, origin, at, limit } = request;
    const key = objectKey(party, ...ids);
    this.asked.push(`${module}/${key}${origin === '' ? ' of anybody' : ''}`);
    const all = this.#versions.get(`${module}/${key}`);
    if (!all) return Promise.reject(new RoamgridError('object.unknown', `no ${key}`));
    if (at === undefined) return { versions: all.slice(0, limit), more: all.length > limit };
    return { versions: all.filter(({ valid_from, valid_to = Infinity }) => valid_from <= at && at < valid_to), more: false };
  }

  async #session(party: Party | undefined, ids: readonly string[]): Promise<{ json: Buffer }> {
    const key = party ? objectKey(party, ...ids) : '';
    this.asked.push(`sessions/${foldCase(key)}`);
    const session = this.sessions.get(key);
    if (!session) return Promise.reject(new RoamgridError('object.unknown', `no ${key}`));
    return { json: Buffer.from(JSON.stringify(session)) };
  }
}
