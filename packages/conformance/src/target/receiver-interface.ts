import { joinUrl, type Party, type Routing } from '@roamgrid/ocpi';
import { field } from '../check/field';
import type { Answer } from '../http/answer';
import type { CallOptions, Method } from '../http/platform-client';
import type { Registration } from './registration';

/** A receiver interface of the platform, for the objects of one party of a peer. Ids are below country code and party id. */
export class ReceiverInterface {
  constructor(
    readonly registration: Registration,
    readonly endpoint: string,
    readonly party: Party,
    /** Routing headers of all calls. */
    readonly routing: Routing,
    /** Query of all URLs, with its question mark. */
    readonly query = '',
  ) {}

  /** The same for objects whose URL has this query. */
  withQuery(query: string): ReceiverInterface {
    return new ReceiverInterface(this.registration, this.endpoint, this.party, this.routing, query);
  }

  url(...ids: readonly string[]): string {
    return joinUrl(this.endpoint, this.party.country_code, this.party.party_id, ...ids) + this.query;
  }

  /** POST of an object to the endpoint itself. */
  post(object: unknown): Promise<Answer> {
    return this.registration.call('POST', this.endpoint, { routing: this.routing, body: object });
  }

  call(method: Method, ids: readonly string[], options: CallOptions = {}): Promise<Answer> {
    return this.registration.call(method, this.url(...ids), { routing: this.routing, ...options });
  }

  get(...ids: readonly string[]): Promise<Answer> {
    return this.call('GET', ids);
  }

  /** PUT of an object at the URL that its id makes. */
  put<T extends { readonly id: string }>(object: T): Promise<Answer> {
    return this.call('PUT', [object.id], { body: object });
  }

  putAt(ids: readonly string[], body: unknown): Promise<Answer> {
    return this.call('PUT', ids, { body });
  }

  patch(ids: readonly string[], body: unknown): Promise<Answer> {
    return this.call('PATCH', ids, { body });
  }

  delete(...ids: readonly string[]): Promise<Answer> {
    return this.call('DELETE', ids);
  }

  /** One field of an object as the platform holds it. */
  async held(ids: readonly string[], ...path: readonly (string | number)[]): Promise<unknown> {
    return field((await this.get(...ids)).data, ...path);
  }
}
