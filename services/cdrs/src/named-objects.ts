import { moduleById, type CDR, type Session } from '@roamgrid/modules';
import { formatOcpiDateTime, partyKey, type Party } from '@roamgrid/ocpi';
import { OWN, RoamgridError, type Client, type ObjectsCalls, type ObjectVersion } from '@roamgrid/runtime';
import type { NamedModule } from './cdrs-config';

const VERSION = '2.2.1';

/** Something that a CDR names. */
export interface Named {
  readonly module: 'locations' | 'tariffs' | 'tokens';
  /** Where it is named: JSON Pointer into what was written. */
  readonly path: string;
  readonly party: Party;
  readonly ids: readonly string[];
  /** The way down to what is embedded of it. */
  readonly nested: readonly string[];
  /** Only what our own parties wrote, or that of anybody. */
  readonly origin: typeof OWN | '';
  /** What is known first may stand in for an earlier moment: its data is the nearest to the truth. Never so with prices. */
  readonly orFirst: boolean;
}

/** Finds what CDRs name, as it was at a moment, in the services that own it. */
export class NamedObjects {
  readonly #clients: Readonly<Record<NamedModule, Client<ObjectsCalls>>>;

  constructor(clients: Readonly<Record<NamedModule, Client<ObjectsCalls>>>) {
    this.#clients = clients;
  }

  /** What stands in a CDR of what it names, as that was at a moment (CDR-17). Throws object.invalid where there is none, unavailable. */
  async embed(named: Named, at: number): Promise<Readonly<Record<string, unknown>>> {
    const version = (await this.#version(named, at)) ?? (named.orFirst ? await this.#first(named) : undefined);
    if (!version || version.deleted) throw await this.#notThen(named, at, version);
    const serialize = moduleById(named.module)?.embedded.cdrs;
    const object = JSON.parse(version.json.toString()) as Readonly<Record<string, unknown>>;
    const embedded = serialize?.(object, ...named.nested);
    if (!embedded) throw problem(named, `has no ${named.nested.join('/')}`);
    return embedded;
  }

  /** A Session of our own. Throws object.invalid where there is none, unavailable. */
  async session(party: Party, id: string): Promise<Session> {
    try {
      const { json } = await this.#clients.sessions.Get({ version: VERSION, origin: OWN, parties: [party], ids: [id], nested: [] });
      return JSON.parse(json.toString()) as Session;
    } catch (error) {
      if (!isUnknown(error)) throw error;
      const what = `/session_id names the Session ${partyKey(party)}*${id}, which is not known here`;
      throw new RoamgridError('object.invalid', `CDR: ${what}: write it first, or give the CDR all that it would take from it`);
    }
  }

  async #version(named: Named, at: number): Promise<ObjectVersion | undefined> {
    return (await this.#read(named, { at, limit: 1 }))[0];
  }

  async #first(named: Named): Promise<ObjectVersion | undefined> {
    return (await this.#read(named, { limit: 1 }))[0];
  }

  async #read(named: Named, part: { readonly at?: number; readonly limit: number }): Promise<readonly ObjectVersion[]> {
    const { module, origin, party, ids } = named;
    try {
      return (await this.#clients[module].Versions({ version: VERSION, origin, party, ids, offset: 0, ...part })).versions;
    } catch (error) {
      if (isUnknown(error)) throw problem(named, 'is not known here');
      throw error;
    }
  }

  async #notThen(named: Named, at: number, end: ObjectVersion | undefined): Promise<RoamgridError> {
    const moment = `at ${formatOcpiDateTime(at)}, when the CDR begins`;
    if (end) return problem(named, `was not valid ${moment}: it was deleted at ${formatOcpiDateTime(end.valid_from)}`);
    const first = await this.#first(named);
    const since = first ? `: what is known of it begins at ${formatOcpiDateTime(first.valid_from)}` : '';
    return problem(named, `was not valid ${moment}${since}`);
  }
}

const CLASSES = { locations: 'Location', tariffs: 'Tariff', tokens: 'Token' } as const;

function problem({ module, path, party, ids }: Named, what: string): RoamgridError {
  const name = [partyKey(party), ...ids].join('*');
  return new RoamgridError('object.invalid', `CDR: ${path} names the ${CLASSES[module]} ${name}, which ${what}`);
}

function isUnknown(error: unknown): boolean {
  return error instanceof RoamgridError && error.code === 'object.unknown';
}

/** The party of a CDR. */
export function partyOf({ country_code, party_id }: Pick<CDR, 'country_code' | 'party_id'>): Party {
  return { country_code, party_id };
}
