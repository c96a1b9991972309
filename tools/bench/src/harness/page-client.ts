import { createHash, randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { parseNextLink } from '@roamgrid/ocpi';
import { Pool } from 'undici';

/** One page as it was answered. */
export interface Page {
  readonly total: number;
  /** The bytes of the array under `data`. */
  readonly data: Buffer;
  readonly next: string | undefined;
}

/** A page of a crawl, remembered so that each later answer can be checked against it. */
export interface KnownPage {
  readonly url: string;
  readonly total: number;
  readonly digest: string;
}

const TAIL = Buffer.from(',"status_code":1000,');
const DATA = Buffer.from('{"data":');

/** Reads pages of a list over HTTP as a peer does, and knows whether an answer is right. */
export class PageClient {
  readonly #pool: Pool;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(origin: string, authorization: string, connections: number) {
    this.#pool = new Pool(origin, { connections, pipelining: 1 });
    this.#headers = { authorization };
  }

  /** Throws when the answer is no page. */
  async read(url: string, encoding: 'identity' | 'gzip' = 'identity'): Promise<Page> {
    const { pathname, search } = new URL(url);
    const { statusCode, headers, body } = await this.#pool.request({
      method: 'GET',
      path: pathname + search,
      headers: { ...this.#headers, 'accept-encoding': encoding, 'x-request-id': randomUUID(), 'x-correlation-id': randomUUID() },
    });
    const raw = Buffer.from(await body.arrayBuffer());
    if (statusCode !== 200) throw new Error(`GET ${url}: ${statusCode} ${raw.toString('utf8', 0, 300)}`);
    const answered = headers['content-encoding'] ?? 'identity';
    if (answered !== encoding) throw new Error(`GET ${url}: asked for ${encoding}, answered with ${String(answered)}`);
    const bytes = encoding === 'gzip' ? gunzipSync(raw) : raw;
    const end = bytes.lastIndexOf(TAIL);
    if (end < 0 || !bytes.subarray(0, DATA.length).equals(DATA)) throw new Error(`GET ${url}: no envelope of a success`);
    return { total: Number(headers['x-total-count']), data: bytes.subarray(DATA.length, end), next: parseNextLink(text(headers['link'])) };
  }

  /** Follows the links of a list to its end. */
  async *crawl(url: string): AsyncGenerator<{ readonly url: string; readonly page: Page }> {
    for (let next: string | undefined = url; next !== undefined; ) {
      const page: Page = await this.read(next);
      yield { url: next, page };
      next = page.next;
    }
  }

  /** Reads a page again; throws unless it is as it was. */
  async readKnown(known: KnownPage, encoding: 'identity' | 'gzip'): Promise<void> {
    const page = await this.read(known.url, encoding);
    if (page.total !== known.total) throw new Error(`GET ${known.url}: X-Total-Count ${page.total}, not ${known.total}`);
    if (digestOf(page.data) !== known.digest) throw new Error(`GET ${known.url}: not the objects that were there before`);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

export function digestOf(data: Buffer): string {
  return createHash('sha1').update(data).digest('base64');
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}
