import type { Client, ListReply, ListRequest, ObjectsCalls } from '@roamgrid/runtime';
import { EnvelopeHead } from './envelope-head';

/** A page as it is handed out. */
export interface CachedPage {
  readonly total: number;
  readonly count: number;
  readonly next: ListReply['next'];
  readonly head: EnvelopeHead;
}

interface Entry {
  readonly version: string;
  readonly page: CachedPage;
}

/** What a page takes besides its bytes: their compressed form, and what the entry itself needs. */
const costOf = ({ page }: Entry): number => Math.ceil(page.head.length * 1.25) + 1_024;

/**
 * Pages that were handed out, in their last form. Each use asks the owner whether the version of the objects behind it still
 * holds, so that a page is never older than the last acknowledged write; what is spared is reading, moving and compressing
 * it again. The key is the whole request: what decides about a page decides about its key. Bounded by bytes, least
 * recently used first out.
 */
export class PageCache {
  readonly #entries = new Map<string, Entry>();
  readonly #maxBytes: number;
  #bytes = 0;

  /** @param maxBytes 0 keeps nothing */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The page of a module as it is now. */
  async list(module: string, objects: Client<ObjectsCalls>, request: ListRequest): Promise<CachedPage> {
    const key = JSON.stringify([module, request]);
    const known = this.#entries.get(key);
    const reply = await objects.List(known ? { ...request, if_version: known.version } : request);
    const entry = known && reply.unchanged ? known : entryOf(reply);
    this.#keep(key, entry);
    return entry.page;
  }

  /** Puts it last in the line of those to go. */
  #keep(key: string, entry: Entry): void {
    this.#drop(key);
    this.#entries.set(key, entry);
    this.#bytes += costOf(entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= costOf(entry);
  }
}

function entryOf({ version, total, count, next, json }: ListReply): Entry {
  return { version, page: { total, count, next, head: new EnvelopeHead(json) } };
}
