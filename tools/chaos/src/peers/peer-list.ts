import type { ServerResponse } from 'node:http';
import { Header, nextLink, parseOcpiDateTime } from '@roamgrid/ocpi';
import { sendEnvelope } from '@roamgrid/testkit';
import type { Json } from '../writes/subject';

const PAGE = 5;

/** What a peer lists as the owner of a module: in pages of a few, in the order in which the objects were made. */
export class PeerList {
  readonly #objects = new Map<string, Json>();

  put(id: string, object: Json): void {
    this.#objects.set(id, object);
  }

  /** Answers a request for a page; `url` is that of the request. */
  page(url: URL, response: ServerResponse): void {
    const from = parseOcpiDateTime(url.searchParams.get('date_from') ?? '') ?? 0;
    const offset = Number(url.searchParams.get('offset') ?? 0);
    const listed = [...this.#objects.values()].filter((object) => (parseOcpiDateTime(String(object['last_updated'])) ?? 0) >= from);
    const data = listed.slice(offset, offset + PAGE);
    const end = offset + data.length;
    if (end < listed.length) {
      const next = new URL(url);
      next.searchParams.set('offset', String(end));
      response.setHeader(Header.Link, nextLink(next.toString()));
    }
    response.setHeader(Header.TotalCount, listed.length);
    response.setHeader(Header.Limit, PAGE);
    sendEnvelope(response, 200, { status_code: 1000, data });
  }
}
