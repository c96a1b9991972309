import { createHmac, timingSafeEqual } from 'node:crypto';

/** Where a crawl stands: the last object of the page before, and the count that its first page saw. */
export interface ListCursor {
  /** Creation instant of the last object handed out, milliseconds. */
  readonly created: number;
  /** Its key. */
  readonly key: string;
  /** The offset that this cursor stands for; a URL whose offset was changed by hand falls back to counting. */
  readonly offset: number;
  /** Objects in the window as counted on the first page; carried for windows that no counter covers. */
  readonly total?: number;
}

/**
 * Signs and checks keyset cursors. A cursor is opaque to the peer and never trusted: one that was tampered with, or made
 * for another list, does not verify. `scope` binds it to caller, module and window.
 */
export class ListCursorCodec {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  encode(cursor: ListCursor, scope: string): string {
    const body = Buffer.from(JSON.stringify([cursor.created, cursor.key, cursor.offset, cursor.total ?? null]));
    return `${body.toString('base64url')}.${this.#sign(body, scope).toString('base64url')}`;
  }

  /** The cursor, or undefined when the text is not one that we signed for this scope. */
  decode(text: string, scope: string): ListCursor | undefined {
    const [body = '', signature = ''] = text.split('.', 2);
    const bytes = Buffer.from(body, 'base64url');
    const given = Buffer.from(signature, 'base64url');
    const expected = this.#sign(bytes, scope);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [created, key, offset, total] = JSON.parse(bytes.toString()) as [number, string, number, number | null];
    return { created, key, offset, ...(total !== null && { total }) };
  }

  #sign(body: Buffer, scope: string): Buffer {
    return createHmac('sha256', this.#key).update(scope).update('\0').update(body).digest().subarray(0, 16);
  }
}
