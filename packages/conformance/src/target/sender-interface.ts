import { Header, joinUrl, parseNextLink, type Party, type Routing } from '@roamgrid/ocpi';
import { CheckFailure, NotCovered } from '../check/check-failure';
import { expectList } from '../check/expect';
import { textField } from '../check/field';
import type { Answer } from '../http/answer';
import type { CallOptions } from '../http/platform-client';
import type { Registration } from './registration';

export type ListQuery = Readonly<Record<string, string | number>>;

/** All objects of a list, with the pages they came in. */
export interface Crawl {
  readonly objects: readonly unknown[];
  readonly pages: readonly Answer[];
}

/** More than this is not crawled. */
const MOST_OBJECTS = 5_000;
const MOST_PAGES = 1_000;

/** A sender interface of the platform, asked by a party of the peer. */
export class SenderInterface {
  constructor(
    readonly registration: Registration,
    readonly endpoint: string,
    readonly from: Party,
    /** Parameters of all lists that do not have them: what the module cannot be listed without. */
    readonly defaults: ListQuery = {},
  ) {}

  /** One page. */
  list(query: ListQuery = {}, options: CallOptions = {}): Promise<Answer> {
    return this.follow(listUrl(this.endpoint, { ...this.defaults, ...query }), options);
  }

  /** A page by its URL, such as one of a Link. */
  follow(url: string, options: CallOptions = {}): Promise<Answer> {
    return this.registration.call('GET', url, { routing: this.routing(), ...options });
  }

  /** One object of the platform, or one nested in it; `to` is its owner. */
  get(ids: readonly string[], to?: Party): Promise<Answer> {
    return this.registration.call('GET', joinUrl(this.endpoint, ...ids), { routing: this.routing(to) });
  }

  routing(to?: Party): Routing {
    return { from: this.from, to };
  }

  /** Follows the links from the first page to the last. */
  async crawl(query: ListQuery = {}, options: CallOptions = {}): Promise<Crawl> {
    const pages: Answer[] = [];
    const objects: unknown[] = [];
    for (let url: string | undefined = listUrl(this.endpoint, { ...this.defaults, ...query }); url !== undefined; url = nextOf(pages.at(-1))) {
      const page = await this.follow(url, options);
      objects.push(...expectList(page));
      pages.push(page);
      if (objects.length > MOST_OBJECTS) throw new NotCovered(`the list holds more than ${MOST_OBJECTS} objects`);
      if (pages.length > MOST_PAGES)
        throw new CheckFailure('a crawl that ends', `${pages.length} pages, ${page.describe()}`);
    }
    return { objects, pages };
  }
}

/** URL of the next page; undefined behind the last one. */
export function nextOf(page: Answer | undefined): string | undefined {
  return parseNextLink(page?.header(Header.Link));
}

/** A number in a header; undefined where there is none. */
export function countOf(page: Answer, header: string): number | undefined {
  const text = page.header(header);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** The key of an object in a list: owner and id, or uid and type, folded. */
export function keyOf(object: unknown): string {
  const ids = textField(object, 'uid') === undefined ? ['id'] : ['uid', 'type'];
  return ['country_code', 'party_id', ...ids].map((name) => textField(object, name)?.toUpperCase() ?? '?').join('*');
}

function listUrl(endpoint: string, query: ListQuery): string {
  const parameters = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const separator = endpoint.includes('?') ? '&' : '?';
  return parameters.size === 0 ? endpoint : `${endpoint}${separator}${parameters.toString()}`;
}
